// The auditors' page: what was done, by whom, to what, and how it ended.
import "../look/office.css";
import { render } from "preact";
import { auditSpeech } from "../language/audit";
import { Frame, language } from "../office/office";
import { Screen } from "./screen";

const { t } = auditSpeech(language);

document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
document.title = t("auditTitle");
render(
  <Frame role="auditor" title={t("auditTitle")}>
    <Screen />
  </Frame>,
  document.getElementById("screen")!,
);
