import type { Plugin } from "vite";

export const FAMILY: string;
export function parseFaces(css: string): { file: string; range: string }[];
export function fonts(): Plugin;
