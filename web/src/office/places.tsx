// The divisions inside somebody's scope, and the field that finds one by name,
// initials or code.
import { useEffect, useId, useState } from "preact/hooks";
import { api } from "../api/client";
import type { Division } from "../api/types";
import { languageOf } from "../language";
import { officeSpeech } from "../language/office";
import { search } from "../planner/model/pinyin";
import { FieldError } from "./dialog";
import { useOffice } from "./office";

const { t } = officeSpeech(languageOf(location.search));
const LISTED = 8;

export type Place = Pick<Division, "code" | "name" | "level" | "parent">;

/** The digits that all divisions inside share. */
const stem = (code: string) => code.replace(/(000000|000)$/, "");
export const inside = (code: string, scope: string) => code.startsWith(stem(scope));

export class Places {
  private readonly byCode: Map<string, Place>;
  constructor(readonly all: readonly Place[]) {
    this.byCode = new Map(all.map((place) => [place.code, place]));
  }
  /** 桂林街道 · 龙潭社区; the code itself when nobody knows it. */
  name(code: string): string {
    const place = this.byCode.get(code);
    if (!place) return code;
    const town = place.level === "community" ? this.byCode.get(place.parent) : undefined;
    return town ? `${town.name} · ${place.name}` : place.name;
  }
}

export function usePlaces(): Places {
  const { session, revision, guard } = useOffice();
  const [places, setPlaces] = useState(() => new Places([]));
  useEffect(() => {
    const levels = ["district", "town", "community"] as const;
    guard(Promise.all(levels.map((level) => api.divisions(level)))).then(
      (lists) => setPlaces(new Places(lists.flat().filter(({ code }) => inside(code, session.scope.code)))),
      () => undefined,
    );
  }, [revision]);
  return places;
}

export function PlaceField({ label, places, value, error, choose }: { label: string; places: Places; value: string; error: string | null; choose(code: string): void }) {
  const id = useId();
  const [text, setText] = useState<string | null>(null); // null: nobody is searching
  const [at, setAt] = useState(0);
  const found = text === null ? [] : search(places.all, text, LISTED);
  const open = text !== null;
  const take = (place: Place | undefined) => {
    if (place) choose(place.code);
    setText(null);
  };
  const press = (event: KeyboardEvent) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (!open) return setText("");
      setAt((at + (event.key === "ArrowDown" ? 1 : -1) + found.length) % Math.max(1, found.length));
    } else if (event.key === "Enter" && open) {
      event.preventDefault();
      take(found[at]);
    } else if (event.key === "Escape" && open) {
      event.preventDefault();
      event.stopPropagation();
      setText(null);
    }
  };
  return (
    <div class="place-field">
      <label for={id}>{label}</label>
      <input
        id={id} name="scope" role="combobox" aria-autocomplete="list" aria-expanded={open} aria-controls={`${id}-list`} autocomplete="off" spellcheck={false}
        aria-activedescendant={open && found[at] ? `${id}-${found[at]!.code}` : undefined} aria-invalid={!!error}
        placeholder={t("placeHint")} value={text ?? (value ? places.name(value) : "")}
        onInput={({ currentTarget }) => (setText(currentTarget.value), setAt(0))}
        onFocus={({ currentTarget }) => currentTarget.select()} onBlur={() => setText(null)} onKeyDown={press}
      />
      <small>{value || t("placeNone")}</small>
      <ul id={`${id}-list`} role="listbox" aria-label={label} hidden={!open || found.length === 0}>
        {found.map((place, i) => (
          <li key={place.code} id={`${id}-${place.code}`} role="option" aria-selected={i === at} onMouseDown={(event) => (event.preventDefault(), take(place))}>
            <b>{places.name(place.code)}</b> <small>{t(`level_name_${place.level}`)}</small> <code>{place.code}</code>
          </li>
        ))}
      </ul>
      {open && text !== "" && found.length === 0 && <small role="status">{t("placeNoMatch", { text: text! })}</small>}
      <FieldError text={error} />
    </div>
  );
}
