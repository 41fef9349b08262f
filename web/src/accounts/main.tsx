// The administrators' page: people's accounts and machines' tokens.
import "../look/office.css";
import { render } from "preact";
import { accountsSpeech } from "../language/accounts";
import { Frame, language } from "../office/office";
import { Screen } from "./screen";

const { t } = accountsSpeech(language);

document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
document.title = t("accountsTitle");
render(
  <Frame role="administrator" title={t("accountsTitle")}>
    <Screen />
  </Frame>,
  document.getElementById("screen")!,
);
