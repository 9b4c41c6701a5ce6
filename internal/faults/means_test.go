package faults

// beforeWork sets up what a test wants broken in this process before the console starts.
func beforeWork() error { return nil }
