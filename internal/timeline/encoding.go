package timeline

import (
	"bytes"
	"encoding/binary"
	"unicode/utf16"
	"unicode/utf8"
)

// Encodings a source may come in. A spreadsheet in French writes a CSV in Windows-1252, or in UTF-16 as "Unicode text".
const (
	encodingUTF8  = ""
	encodingUTF16 = "UTF-16"
	encodingLatin = "Windows-1252"
)

// utf8Of gives the text of a source in UTF-8 and the encoding it came in: what its byte order mark says, else UTF-8 when
// it is that, else Windows-1252, in which every byte is a character. Random bytes become nonsense, and columns are missing.
func utf8Of(raw []byte) (b []byte, encoding string) {
	switch {
	case bytes.HasPrefix(raw, []byte("\xff\xfe")):
		return fromUTF16(raw[2:], binary.LittleEndian), encodingUTF16
	case bytes.HasPrefix(raw, []byte("\xfe\xff")):
		return fromUTF16(raw[2:], binary.BigEndian), encodingUTF16
	case utf8.Valid(raw):
		return bytes.TrimPrefix(raw, []byte("\xef\xbb\xbf")), encodingUTF8
	}
	// WHATWG, "Encoding", index windows-1252: 0x80 to 0x9f; five of them are controls there too.
	const high = "€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ"
	special := []rune(high)
	out := make([]byte, 0, len(raw)+len(raw)/8)
	for _, c := range raw {
		r := rune(c)
		if c >= 0x80 && c <= 0x9f {
			r = special[c-0x80]
		}
		out = utf8.AppendRune(out, r)
	}
	return out, encodingLatin
}

func fromUTF16(raw []byte, order binary.ByteOrder) []byte {
	units := make([]uint16, len(raw)/2)
	for i := range units {
		units[i] = order.Uint16(raw[2*i:])
	}
	return []byte(string(utf16.Decode(units)))
}
