package bus

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestAuthorToken(t *testing.T) {
	hashed := func(head string) string { return "^" + head + "-[0-9a-f]{6}$" }
	for _, c := range []struct{ name, want string }{
		{"alice", "^alice$"},
		{"Alice", "^alice$"},
		{"  Alice ", "^alice$"},
		{"u17", "^u17$"},
		{"anna-maria", "^anna-maria$"},
		{"A. Martin", hashed("a-martin")},
		{"Élodie", hashed("elodie")},
		{"José Núñez", hashed("jose-nunez")},
		{"Jose\u0301", hashed("jose")},
		{"Zoë Łukasiewicz", hashed("zoe-lukasiewicz")},
		{"Åsa Ærø", hashed("asa-aero")},
		{"Strauß", hashed("strauss")},
		{"İpek", "^ipek$"},
		{"alice_b", hashed("alice-b")},
		{"alice--b", hashed("alice-b")},
		{"-alice", hashed("alice")},
		{"", hashed("person")},
		{"   ", hashed("person")},
		{"山田 太郎", hashed("person")},
		{"\u202ebob", hashed("bob")},
		{"*", hashed("person")},
		{"a.>", hashed("a")},
		{strings.Repeat("a", 40), "^a{40}$"},
		{strings.Repeat("a", 41), hashed("a{40}")},
		{strings.Repeat("ab ", 30), hashed("[ab-]{1,40}")},
		{"a-martin-0123af", hashed("a-martin-0123af")}, // looks like the token of somebody else
	} {
		got := AuthorToken(c.name)
		if !regexp.MustCompile(c.want).MatchString(got) {
			t.Errorf("AuthorToken(%q) = %q, want %s", c.name, got, c.want)
		}
		if _, err := token("author", got); err != nil {
			t.Errorf("AuthorToken(%q) = %q: %v", c.name, got, err)
		}
	}
}

// Nobody gets a token that is somebody else's, by accident or by taking it as a name.
func TestAuthorTokensDiffer(t *testing.T) {
	names := []string{
		"A. Martin", "A Martin", "a-martin", "A, Martin", "Á. Martin", "A.. Martin", "amartin", "A.Martin", "a_martin", "Ａ. Martin",
		"José", "Jose\u0301", "jose", "joşe", "山田", "山本", "", "person", "*", ">", strings.Repeat("a", 41), strings.Repeat("a", 42),
	}
	owner := make(map[string]string)
	for _, n := range names {
		tok := AuthorToken(n)
		if other, ok := owner[tok]; ok {
			t.Errorf("%q and %q are both %q", n, other, tok)
		}
		owner[tok] = n
	}
	for tok, n := range owner {
		if got := AuthorToken(tok); got == tok && tok != n {
			t.Errorf("who calls themselves %q becomes %q, the token of %q", tok, got, n)
		}
	}
}

func TestAuthorTokenProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := rapid.String().Draw(t, "a"), rapid.String().Draw(t, "b")
		ta, tb := AuthorToken(a), AuthorToken(b)
		if _, err := token("author", ta); err != nil {
			t.Fatal(err)
		}
		same := strings.ToLower(strings.TrimSpace(a)) == strings.ToLower(strings.TrimSpace(b)) //nolint:staticcheck // folding is another equality than lower case
		if (ta == tb) != same {
			t.Fatalf("%q is %q, %q is %q", a, ta, b, tb)
		}
	})
}

func TestLocate(t *testing.T) {
	at, err := locate(realmDrill, "inc-7f3k", "alice", "decision", "step/activate")
	want := address{
		StreamDrill, "sangfroid.drill.inc-7f3k.alice.decision.step_activate", "sangfroid.drill.inc-7f3k.*.decision.step_activate",
	}
	if err != nil || at != want {
		t.Errorf("locate gives %+v, %v; want %+v", at, err, want)
	}
	if at, err := locate(realmLive, "i", "a", "c", "e"); err != nil || at.stream != StreamLive {
		t.Errorf("live is %+v, %v", at, err)
	}
}

func TestLocateRefuses(t *testing.T) {
	bad := []string{"", "a.b", "*", ">", "a b", "é", "a\x00", "$SYS", "a\r\nPUB", strings.Repeat("a", maxToken+1), "山"}
	for _, b := range bad {
		for field := range 5 {
			p := []string{realmLive, "i", "a", "c", "e"}
			p[field] = b
			if at, err := locate(p[0], p[1], p[2], p[3], p[4]); !errors.Is(err, ErrName) {
				t.Errorf("field %d as %q gives %+v, %v", field, b, at, err)
			}
		}
	}
	longest := strings.Repeat("a", maxToken)
	if _, err := locate(realmLive, longest, "a", "c", "e"); err != nil {
		t.Error(err)
	}
}

func TestConsoleToken(t *testing.T) {
	seen := make(map[string]bool)
	for i := range 1000 {
		tok := consoleToken(fmt.Sprintf("/sangfroid/console/%d.>*", i))
		if _, err := token("console", tok); err != nil || seen[tok] {
			t.Fatalf("%q: %v, seen %v", tok, err, seen[tok])
		}
		seen[tok] = true
	}
}
