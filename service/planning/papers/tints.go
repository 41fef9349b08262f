package papers

import "gridmap/service/press/pages"

type tint = pages.Tint

// Colours of the papers.
const (
	ink    tint = 0x25302f
	grey   tint = 0x66706e
	faint  tint = 0xd9d8d0
	white  tint = 0xffffff
	land   tint = 0xfbfaf6
	water  tint = 0xa9cde4
	roads  tint = 0xb9a58c
	rail   tint = 0x8a8580
	houses tint = 0xb4b6b0
	border tint = 0x3c4a48
	inside tint = 0x1f6b45
	over   tint = 0xc2362b
	under  tint = 0x2f62a8
)
