// Package regions divides a graph into connected parts whose weights lie in a
// range: regionalisation with both bounds, contiguity and as many parts as the
// range allows, or a given number.
//
// It is pure: no I/O, no clock, no state between calls, and the same problem,
// seed and steps give the same answer on any machine. More steps never give a
// worse one, since the rounds of a shorter run are the first rounds of a longer.
//
// What is outside the range comes with a Proof where one is known: arithmetic, a
// node over the top, a pocket behind a cut vertex, or a complete search. The
// complete search (frontier.go) also proves the least cost of a small graph.
//
// Methods: random spanning trees and recombination (DeFord, Duchin and Solomon,
// "Recombination", 2021), simulated annealing of single moves (Kirkpatrick,
// Gelatt and Vecchi 1983), and dynamic programming over a frontier of nodes
// (after Kawahara, Inoue, Iwashita and Minato, "Frontier-based search for
// enumerating all constrained subgraphs", 2017).
package regions
