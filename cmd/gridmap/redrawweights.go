package main

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"gridmap/geo/regions"
	"gridmap/importers/redraw"
)

// weights are what a plan is rated by, as written on the command line:
// "split=1000,balance=40" changes two and leaves the others as they are.
type weights redraw.Weights

// UnmarshalText reads name=number pairs.
func (w *weights) UnmarshalText(text []byte) error {
	out := regions.Ordered()
	names := map[string]*float64{"range": &out.Off, "split": &out.Split, "moved": &out.Moved, "border": &out.Cut, "balance": &out.Balance}
	for _, pair := range strings.Split(string(text), ",") {
		name, value, _ := strings.Cut(pair, "=")
		at, ok := names[strings.TrimSpace(name)]
		if !ok {
			return fmt.Errorf("%q is not one of range, split, moved, border and balance", name)
		}
		n, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
		if err != nil || n < 0 || math.IsNaN(n) || math.IsInf(n, 0) {
			return fmt.Errorf("%s=%s: want a number from zero up", name, value)
		}
		*at = n
	}
	*w = weights(out)
	return nil
}
