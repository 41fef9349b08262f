// The words of the emergency screen beside the common ones.
import { emergencyEn } from "./emergency.en";
import { emergencyZh, type EmergencyWord } from "./emergency.zh";
import { speechWith, type Key, type Language, type Speech } from "./index";

export type EmergencyKey = Key | EmergencyWord;
export type EmergencySpeech = Speech<EmergencyKey>;

const SPEECHES: Record<Language, EmergencySpeech> = {
  zh: speechWith<EmergencyWord>("zh", { zh: emergencyZh, en: emergencyEn }),
  en: speechWith<EmergencyWord>("en", { zh: emergencyZh, en: emergencyEn }),
};

export const emergencySpeech = (language: Language): EmergencySpeech => SPEECHES[language];
