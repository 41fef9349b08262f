package synth

// Identity numbers after GB 11643-1999: six digits of the division, eight of
// the date of birth, three of a sequence (odd for men) and a check digit after
// ISO 7064, MOD 11-2. Division and date are plausible, the sequence counts: no
// number is given twice, and none is anybody's: no division has the code 999999.

const identityDivision = "999999"

// firstYear of birth that identities can count; nobody is older.
const firstYear = 1890

// identities counts the numbers given by date of birth and sex.
type identities struct {
	given []uint16 // by year, day and sex
}

func newIdentities() *identities { return &identities{given: make([]uint16, (2200-firstYear)*365*2)} }

// next gives a number for somebody born in a year. When the 500 numbers of a
// day and sex are used up, the next day is taken.
func (t *identities) next(d *dice, year int, sex byte) string {
	man := 0
	if sex == 'M' {
		man = 1
	}
	day := d.below(365)
	for range 365 {
		slot := &t.given[((year-firstYear)*365+day)*2+man]
		if *slot < 500 {
			n := int(*slot)
			*slot++
			month, of := dateOf(day)
			return identityNumber(year, month, of, n*2+man)
		}
		day = (day + 1) % 365
	}
	return identityNumber(year, 2, 29, man) // beyond 365,000 births a year: not in a district
}

// dateOf is the month and day of a day of a common year, counted from 0.
func dateOf(day int) (month, of int) {
	for m, n := range [12]int{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31} {
		if day < n {
			return m + 1, day + 1
		}
		day -= n
	}
	return 12, 31
}

func identityNumber(year, month, day, sequence int) string {
	var b [18]byte
	copy(b[:], identityDivision)
	digits := func(at, n, width int) {
		for i := at + width - 1; i >= at; i-- {
			b[i] = byte('0' + n%10)
			n /= 10
		}
	}
	digits(6, year, 4)
	digits(10, month, 2)
	digits(12, day, 2)
	digits(14, sequence, 3)
	b[17] = checkDigit(b[:17])
	return string(b[:])
}

// checkDigit of the first 17 digits: the sum of digits by weights 2^(17-i) mod
// 11 leads to one of "10X98765432".
func checkDigit(b []byte) byte {
	sum, weight := 0, 2
	for i := 16; i >= 0; i-- {
		sum += int(b[i]-'0') * weight
		weight = weight * 2 % 11
	}
	return "10X98765432"[sum%11]
}
