package papers

import (
	"bytes"
	"context"
	"os"
	"testing"
)

func TestLook(t *testing.T) {
	dir := os.Getenv("LOOK")
	if dir == "" {
		t.Skip()
	}
	d := sample(1, 5, 40)
	d.Event.Drill = true
	s := New(letters(t))
	for _, p := range Papers() {
		var b bytes.Buffer
		if err := s.Write(context.Background(), &b, d, Request{Paper: p.Name, Grid: d.Grids[0].Code, English: os.Getenv("EN") != ""}); err != nil {
			t.Fatal(err)
		}
		os.WriteFile(dir+"/"+p.Name, b.Bytes(), 0o600)
	}
}
