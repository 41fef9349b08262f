// The words of the planner's screen beside the common ones.
import { speechWith, type Key, type Language, type Speech } from "./index";
import { plannerEn } from "./planner.en";
import { plannerZh } from "./planner.zh";

export type PlannerKey = Key | keyof typeof plannerZh;
export type PlannerSpeech = Speech<PlannerKey>;

export const plannerSpeech = (language: Language): PlannerSpeech =>
  speechWith<keyof typeof plannerZh>(language, { zh: plannerZh, en: plannerEn });
