import type { PlatformPins } from "../constructs/app.ts";
import { parseImage } from "./image.ts";
import { allContainers, type ContainerSite } from "./pods.ts";
import { oncePerTree, type Tree } from "./tree.ts";

const byRepository = oncePerTree((tree) =>
  Map.groupBy(allContainers(tree), ({ container }) => parseImage(container.image ?? "").repository),
);

/** Containers that run a pinned image, in whatever version. */
export function containersOfImage(tree: Tree, image: keyof PlatformPins["images"]): readonly ContainerSite[] {
  return byRepository(tree).get(tree.pins.images[image].repository) ?? [];
}
