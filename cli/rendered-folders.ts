/** Folders that belong to the rendering alone: whatever else lies in them disappears. */
export const renderedFolders = ["dist", "bootstrap"] as const;
