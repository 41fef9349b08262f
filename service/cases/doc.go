// Package cases takes cases in and brings them through: routing to a grid and
// its team, the seven steps, escalation between the four levels, whistles and
// arrivals, closing and rating.
//
// It refuses what is outside the actor's scope, what the case's state does not
// allow, and a change to a version that is not the newest. Positions come in
// as CGCS2000, GCJ-02 or BD-09 degrees and are kept as CGCS2000 (EPSG:4490).
// Each write is one transaction with the note of its answer, so that the same
// request sent again is answered the same and done once.
package cases
