// Package papers writes what an evacuation looks like on paper, because roads,
// power and telephones fail together: call sheets by grid, lists of who moves, who
// arrives where and who must be carried, the situation report, the map, and the
// plan for other programs.
//
// A paper is made of a Document and of nothing else; it reads no database and no
// clock. Every page says which plan, reading, terrain and model it rests on and how
// far the water may be off; those of a drill say that they are. What is not known
// is written as unknown (不详), never as nought or dry, and a building that is cut
// off is never among the safe ones.
//
// Positions are EPSG:4490 in degrees, depths and stages metres, times moments on
// the evacuation's clock, written in the Document's zone. Labels of people come
// masked; where the reader may not see them at all, the papers say 已隐去.
package papers
