import { describe, expect, it } from "vitest";
import { initialsOf, matchesInitials, search } from "./pinyin";

describe("initials of a character", () => {
  it.each([
    ["T", "潼沱塘太田他塔塌"], ["N", "南拿"], ["Y", "垭岩玉鸭丫"], ["B", "坝碚柏宝别亳八巴"], ["Z", "梓嘴匝咂仉"], ["Q", "綦邛群七戚"],
    ["G", "桂古旮嘎"], ["L", "林力龙莲垃拉"], ["S", "双上社撒胜"], ["J", "江鸡击"], ["C", "崇擦嚓郴"], ["K", "龛口卡喀"], ["W", "卧五娃挖"],
    ["F", "佛发涪酆"], ["X", "溪心小新夕洗"], ["D", "渡大答儋"], ["H", "和花哈濠"], ["M", "米磨帽妈"], ["R", "日然仁壤"], ["E", "鹅二峨"], ["O", "欧藕鸥"],
    ["P", "怕濮郫啪"], ["A", "安阿"], ["C", "重长车"], ["Z", "重长"], ["L", "乐"], ["Y", "乐"],
  ])("%s begins %s", (letter, characters) => {
    for (const character of characters) expect(initialsOf(character), character).toContain(letter);
  });
  it("a letter and a digit stand for themselves", () => expect([initialsOf("b"), initialsOf("7")]).toEqual(["B", "7"]));
  it("a mark has none", () => expect(initialsOf("（")).toBe(""));
});

describe("the search", () => {
  const places = [
    { code: "500152000000", name: "潼南区" },
    { code: "500152001000", name: "桂林街道" },
    { code: "500152002000", name: "梓潼街道" },
    { code: "500152105000", name: "玉溪镇" },
    { code: "500152001001", name: "莲花社区" },
  ];
  const names = (text: string) => search(places, text, 9).map(({ name }) => name);
  it.each([
    ["initials from the beginning", "tn", ["潼南区"]],
    ["initials inside a name come after those that begin one", "t", ["潼南区", "梓潼街道"]],
    ["capitals are the same", "YX", ["玉溪镇"]],
    ["a part of the name", "街道", ["桂林街道", "梓潼街道"]],
    ["the beginning of a code", "500152001", ["桂林街道", "莲花社区"]],
    ["a whole code", "500152001001", ["莲花社区"]],
    ["nothing of the kind", "xyz", []],
    ["nothing asked: all in their order", " ", places.map(({ name }) => name)],
  ])("%s: %s", (_, text, want) => expect(names(text)).toEqual(want));
  it("either reading of a character is found", () => {
    expect(matchesInitials("重庆", "cq")).toBe(0);
    expect(matchesInitials("重阳", "zy")).toBe(0);
  });
});
