package synth

import (
	"regexp"
	"slices"
	"testing"
	"time"
)

func TestIdentityNumbersAreValidAndNeverTwice(t *testing.T) {
	d := smallDistrict(t)
	shape := regexp.MustCompile(`^999999\d{11}[0-9X]$`)
	phones := regexp.MustCompile(`^1990000\d{4}$`)
	seen := map[string]bool{}
	for p := range d.People() {
		if !shape.MatchString(p.Number) || seen[p.Number] || !phones.MatchString(p.Phone) {
			t.Fatalf("%+v: number or phone of the wrong shape, or the number twice", p)
		}
		seen[p.Number] = true
		born, err := time.Parse("20060102", p.Number[6:14])
		if err != nil || born.Year() != p.BirthYear {
			t.Fatalf("number %s of somebody born in %d", p.Number, p.BirthYear)
		}
		if man := (p.Number[16]-'0')%2 == 1; man != (p.Sex == 'M') {
			t.Fatalf("number %s of sex %c", p.Number, p.Sex)
		}
		if p.Number[17] != checkDigit([]byte(p.Number[:17])) {
			t.Fatalf("number %s: wrong check digit", p.Number)
		}
		if n := len([]rune(p.Name)); n < 2 || n > 4 {
			t.Fatalf("the name %s has %d characters", p.Name, n)
		}
	}
}

func TestTheCheckDigitIsThatOfTheStandard(t *testing.T) {
	for number, want := range map[string]byte{"11010519491231002": 'X', "44052418800101001": '4'} { // GB 11643-1999, annex
		if got := checkDigit([]byte(number)); got != want {
			t.Errorf("%s: got %c, want %c", number, got, want)
		}
	}
}

func TestPeopleAreOfAnAgeingCountryside(t *testing.T) {
	d := smallDistrict(t)
	n := map[string]float64{}
	all, women := 0.0, 0.0
	for p := range d.People() {
		all++
		for _, c := range p.Care {
			n[c]++
		}
		age := 2026 - p.BirthYear
		if (age >= 65) != slices.Contains(p.Care, "elderly") || (age < 14) != slices.Contains(p.Care, "child") {
			t.Fatalf("%+v: care groups do not go with the age", p)
		}
		if p.Sex == 'F' {
			n["F"]++
			if age >= 20 && age <= 40 {
				women++
			}
		}
	}
	for _, c := range []struct {
		name        string
		got, lo, hi float64
	}{
		{"women", n["F"] / all, .47, .52}, {"elderly", n["elderly"] / all, .19, .25}, {"children", n["child"] / all, .13, .18},
		{"disabled", n["disabled"] / all, .018, .030}, {"sick", n["sick"] / all, .024, .036}, {"frail", n["frail"] / all, .006, .014},
		{"pregnant of women from 20 to 40", n["pregnant"] / women, .001, .013},
	} {
		t.Logf("%s: %.4f", c.name, c.got)
		if c.got < c.lo || c.got > c.hi {
			t.Errorf("%s are %.4f, want %.3f to %.3f", c.name, c.got, c.lo, c.hi)
		}
	}
}
