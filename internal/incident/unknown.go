package incident

import "sangfroid/internal/text"

// maxPreview is how much of a payload nobody understands is shown on a line, in bytes.
const maxPreview = 512

// Preview is the start of the payload as one safe line.
func (u Unknown) Preview() string {
	s, _ := text.Cut(string(u.Raw), maxPreview)
	s, _ = text.Clean(s)
	return s
}
