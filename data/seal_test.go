package data_test

import (
	"bytes"
	"slices"
	"testing"

	"gridmap/data"
)

func TestASealedValueOpensOnlyUnchangedInItsOwnRowWithItsOwnKey(t *testing.T) {
	sealer, err := data.NewSealer(bytes.Repeat([]byte{1}, 32))
	if err != nil {
		t.Fatal(err)
	}
	other, err := data.NewSealer(bytes.Repeat([]byte{2}, 32))
	if err != nil {
		t.Fatal(err)
	}
	fields := []string{"李大山", "", "13912345678"}
	sealed := sealer.Seal("people", 7, fields...)
	if got, err := sealer.Open("people", 7, sealed); err != nil || !slices.Equal(got, fields) {
		t.Fatalf("%q, %v", got, err)
	}
	for i := range sealed {
		changed := bytes.Clone(sealed)
		changed[i] ^= 1
		if _, err := sealer.Open("people", 7, changed); err == nil {
			t.Errorf("byte %d was changed and it opened", i)
		}
	}
	cases := []struct {
		name   string
		sealer *data.Sealer
		table  string
		id     int64
		sealed []byte
	}{
		{"another row", sealer, "people", 8, sealed},
		{"another table", sealer, "team_members", 7, sealed},
		{"another key", other, "people", 7, sealed},
		{"cut off", sealer, "people", 7, sealed[:len(sealed)-1]},
		{"shorter than a nonce", sealer, "people", 7, sealed[:5]},
		{"nothing", sealer, "people", 7, nil},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if got, err := c.sealer.Open(c.table, c.id, c.sealed); err == nil {
				t.Errorf("opened: %q", got)
			}
		})
	}
}

func TestMasksShowNoMoreThanTheyMay(t *testing.T) {
	cases := []struct{ name, got, want string }{
		{"of a name the first character", data.MaskName("李大山"), "李**"},
		{"of a single character that one", data.MaskName("李"), "李*"},
		{"of no name nothing", data.MaskName(""), ""},
		{"of a mobile number three and four digits", data.MaskPhone("13912345678"), "139****5678"},
		{"of a short number nothing", data.MaskPhone("1234567"), "*******"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if c.got != c.want {
				t.Errorf("%q, want %q", c.got, c.want)
			}
		})
	}
}
