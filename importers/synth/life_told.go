package synth

import (
	"iter"

	"gridmap/data"
)

// CaseCount is the number of cases.
func (l *Life) CaseCount() int { return l.cases.count }

// Cases gives all cases, in the order of their opening.
func (l *Life) Cases() iter.Seq[data.Case] {
	return func(yield func(data.Case) bool) {
		for i := range l.cases.count {
			if !yield(l.cases.caseOf(i)) {
				return
			}
		}
	}
}

// CaseSteps gives the step logs of all cases.
func (l *Life) CaseSteps() iter.Seq[data.CaseStep] {
	return func(yield func(data.CaseStep) bool) {
		words := stepWords()
		for i := range l.cases.count {
			if !l.cases.stepsOf(i, &words, yield) {
				return
			}
		}
	}
}

// Whistles gives all calls to departments.
func (l *Life) Whistles() iter.Seq[data.Whistle] {
	return func(yield func(data.Whistle) bool) {
		var id int64
		for i := range l.cases.count {
			w, blown := l.cases.whistleOf(i)
			if !blown {
				continue
			}
			id++
			w.ID = id
			if !yield(w) {
				return
			}
		}
	}
}
