import { PolicyPack } from "@pulumi/policy";
import { rules } from "./rules";

new PolicyPack("codeartifact", { enforcementLevel: "mandatory", policies: [...rules] });
