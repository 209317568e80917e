import { networkZoneByLocation } from "../../config/hetzner.ts";
import { annotationField } from "../field.ts";
import { loadBalancers, prefix } from "../load-balancer.ts";
import { defineRule } from "../rule.ts";

const zones: Readonly<Record<string, string>> = networkZoneByLocation;

export default defineRule({
  id: "load-balancer-location",
  severity: "error",
  why: "Without exactly one place, in the network zone of the servers, no load balancer is made and the Service stays pending for ever.",
  fix: "Set location to a location in the servers' network zone, and no network-zone beside it.",
  check: function* (tree) {
    const wanted = tree.environment.hetzner.networkZone;
    for (const { manifest, values } of loadBalancers(tree)) {
      const [location, zone] = [values.get("location"), values.get("network-zone")];
      const field = annotationField(
        `${prefix}${location === undefined && zone !== undefined ? "network-zone" : "location"}`,
      );
      if (location === undefined && zone === undefined)
        yield { manifest, field, found: "a load balancer without location" };
      else if (location !== undefined && zone !== undefined)
        yield { manifest, field, found: "both a location and a network-zone" };
      else if (zone !== undefined && zone !== wanted)
        yield { manifest, field, found: `the network-zone ${zone} instead of ${wanted}` };
      else if (location !== undefined && zones[String(location)] !== wanted) {
        const where = zones[String(location)];
        yield {
          manifest,
          field,
          found: `the location ${location}, ${where === undefined ? "which does not exist" : `which lies in ${where} instead of ${wanted}`}`,
        };
      }
    }
  },
});
