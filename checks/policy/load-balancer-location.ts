import { networkZoneByLocation } from "../../config/hetzner.ts";
import { annotationField } from "../field.ts";
import { loadBalancers, prefix } from "../load-balancer.ts";
import { defineRule } from "../rule.ts";

const zones: Readonly<Record<string, string>> = networkZoneByLocation;

export default defineRule({
  id: "load-balancer-location",
  severity: "error",
  why: "Without exactly one place, in the servers' network zone, no load balancer is made and the Service stays pending.",
  fix: "Set location to a location in the servers' network zone, and no network-zone beside it.",
  check: function* (tree) {
    for (const { manifest, values } of loadBalancers(tree)) {
      const [location, zone] = [values.get("location"), values.get("network-zone")];
      const found = faultOf(location, zone, tree.environment.hetzner.networkZone);
      const name = location === undefined && zone !== undefined ? "network-zone" : "location";
      if (found !== undefined) yield { manifest, field: annotationField(`${prefix}${name}`), found };
    }
  },
});

function faultOf(location: unknown, zone: unknown, wanted: string): string | undefined {
  if (location !== undefined && zone !== undefined) return "both a location and a network-zone";
  if (zone !== undefined) return zone === wanted ? undefined : `the network-zone ${zone} instead of ${wanted}`;
  if (location === undefined) return "a load balancer without location";
  const lies = zones[String(location)];
  if (lies === undefined) return `the location ${location}, which does not exist`;
  return lies === wanted ? undefined : `the location ${location}, which lies in ${lies} instead of ${wanted}`;
}
