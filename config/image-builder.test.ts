import { expect, test } from "vitest";
import { imageBuilder } from "./image-builder.ts";

// GitHub names repositories in certificates without the suffix that git URLs may have.
test.each(["https://github.com/Owner/name.git", "https://github.com/Owner/name", "https://github.com/Owner/name/"])(
  "%s is the repository of the builder",
  (repository) => {
    expect(imageBuilder({ repository, branch: "main" })).toEqual({
      repository: "https://github.com/Owner/name",
      workflow: ".github/workflows/image.yml",
      branch: "main",
    });
  },
);
