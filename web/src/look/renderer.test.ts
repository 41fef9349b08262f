import { expect, it } from "vitest";
import { drawsInSoftware } from "./renderer";

it.each([
  ["a graphics card draws everything", "", "ANGLE (NVIDIA, NVIDIA GeForce RTX 4060)", false],
  ["SwiftShader is software", "", "ANGLE (Google, Vulkan 1.3.0 (SwiftShader Device))", true],
  ["llvmpipe is software", "", "Mesa llvmpipe (LLVM 15.0.6, 256 bits)", true],
  ["a person may insist on quality", "?quality=high", "llvmpipe", false],
  ["a person may spare a weak card", "?quality=low", "ANGLE (Intel)", true],
])("%s", (_, search, name, want) => expect(drawsInSoftware(search, () => name)).toBe(want));
