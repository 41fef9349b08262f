// Package access says who is asking: it signs people in, keeps their sessions
// and the tokens of machines, and knows which role may see what where.
//
// Secrets are 32 random bytes; the database keeps only their SHA-256. Passwords
// are kept as argon2id. A session or token that was checked in the last ten
// seconds is taken from memory; one that was checked at all since the program
// started stays valid, until it expires, while the database cannot be reached,
// so that a wall goes on through an outage. Nobody can sign in meanwhile.
//
// A scope is a division code; it covers the division and everything inside,
// which codes alone decide: 500152 000000 covers 500152001 000 covers
// 500152001001.
package access
