import { ConfigMap } from "cdk8s-plus-28";
import { defineApp } from "../../constructs/app.ts";
import { appLabels } from "../../constructs/labels.ts";

const name = "leaflet";

/** The smallest app: one object in a namespace that another app brings, in one of the first waves. */
export default defineApp({
  name,
  namespace: "chat-app",
  summary: "A text beside the chat",
  dependsOn: ["namespaces"],
  render(chart) {
    new ConfigMap(chart, "text", { metadata: { name, labels: appLabels(name) }, data: { text: "Be kind." } });
  },
});
