// A dialog, the question before a dangerous step, and a secret that is shown once.
// The browser's own dialog element keeps the focus inside and gives it back.
import type { ComponentChildren } from "preact";
import { useRef, useState } from "preact/hooks";
import { languageOf } from "../language";
import { officeSpeech } from "../language/office";
import { useModal } from "../look/modal";

const { t } = officeSpeech(languageOf(location.search));

export function Dialog({ title, children, close, holds }: { title: string; children: ComponentChildren; close(): void; /** Escape does not close it. */ holds?: boolean }) {
  const ref = useModal("[data-focus], input:not([type=hidden]), select");
  return (
    <dialog
      ref={ref} aria-labelledby="dialog-title" onClose={close}
      onCancel={(event) => {
        event.preventDefault();
        if (!holds) close();
      }}
    >
      <h2 id="dialog-title">{title}</h2>
      {children}
    </dialog>
  );
}

export function Buttons({ label, working, danger, cancel }: { label: string; working: boolean; danger?: boolean; cancel(): void }) {
  return (
    <div class="buttons">
      <button type="button" onClick={cancel}>{t("cancel")}</button>
      <button class={danger ? "danger" : "primary"} disabled={working} data-do>{label}</button>
    </div>
  );
}

export function FieldError({ text }: { text: string | null | undefined }) {
  return text ? <span class="error" role="alert">{text}</span> : null;
}

/** Clipboard access wants TLS; the old way works on a plain intranet too. */
function copy(field: HTMLInputElement): boolean {
  field.select();
  return document.execCommand("copy");
}

export function Secret({ label, value, about, close }: { label: string; value: string; about: string; close(): void }) {
  const ref = useRef<HTMLInputElement>(null);
  const [copied, setCopied] = useState<boolean | null>(null);
  return (
    <div class="secret">
      <label>
        {label}
        <span class="row">
          <input ref={ref} readOnly value={value} data-secret onFocus={({ currentTarget }) => currentTarget.select()} spellcheck={false} />
          <button type="button" onClick={() => setCopied(copy(ref.current!))}>{t("copy")}</button>
        </span>
      </label>
      <p class="warning">{about}</p>
      <p role="status" class="quiet">{copied === null ? "" : t(copied ? "copied" : "copyByHand")}</p>
      <div class="buttons">
        <button type="button" class="primary" onClick={close} data-noted>{t("noted")}</button>
      </div>
    </div>
  );
}
