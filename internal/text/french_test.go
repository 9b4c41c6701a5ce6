package text

import "testing"

func TestFrenchIsSetAsItIsPrinted(t *testing.T) {
	for in, want := range map[string]string{
		"Attendre jusqu'à une heure dite":   "Attendre jusqu’à une heure dite",
		"l'«accord»":                        "l’«accord»",
		"Basculer ? Non : attendre ; « X »": "Basculer\u00a0? Non\u00a0: attendre\u00a0; «\u00a0X\u00a0»",
		"x fin  ! urgence":                  "x fin  ! urgence",
		"50 % du RTO":                       "50\u00a0% du RTO",
		"lancer `echo 'l'a' : b`, l'arrêt":  "lancer `echo 'l'a' : b`, l’arrêt",
		"à 14:02, host:port":                "à 14:02, host:port",
		"'cité' et 'seul'":                  "'cité' et 'seul'",
		"fin d'":                            "fin d'",
		"":                                  "",
	} {
		got := French(in)
		if got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
		if again := French(got); again != got {
			t.Errorf("%q is not the same set twice: %q", got, again)
		}
	}
}

func TestFold(t *testing.T) {
	for in, want := range map[string]string{
		"L’État du Cœur": "l'etat du coeur", "Réplica\u00a0: 3": "replica : 3", "plain": "plain", "ÇA": "ca",
	} {
		if got := Fold(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

func FuzzFrench(f *testing.F) {
	f.Add("l'un ? « a » `b'c`")
	f.Fuzz(func(t *testing.T, s string) {
		if once := French(s); French(once) != once {
			t.Errorf("%q: %q, then %q", s, once, French(once))
		}
	})
}
