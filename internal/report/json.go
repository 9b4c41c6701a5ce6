package report

import (
	"encoding/json"
	"io"
)

// JSON writes the report as sangfroid.report/1.
func (r *Report) JSON(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	return e.Encode(r)
}
