// Package standing is what the tests of faults stand on: our own program built
// once a test run, private PostgreSQL clusters that can be killed, cut off and
// started again, servers, clients that keep account of what they were told, and
// the rows that `make faults` gathers. It sees the program from outside only, by
// its command line, its signals and HTTP. Only tests under deploy import it.
package standing
