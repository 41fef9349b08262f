// Package replay plays a flood of the past on the demo district: it opens an
// evacuation whose clock runs fast, feeds the gauges what they saw, and lets
// simulated grid teams answer orders and call the roll, with all that goes wrong
// in the field: silence, phones without a network that send hours later, events
// sent twice, teams that contradict each other, people who refuse and are
// persuaded. All of it goes in by the evacuation service's own writes, and in an
// evacuation that is marked as a drill.
//
// What the teams do follows from the seed, the orders and the list alone, so that a
// replay that was cut off goes on where it was: whatever is sent again is known.
// Whoever sits at the screen approves plans and issues orders; hands-free, the
// replay does that too.
package replay
