"""Calls every operation of AWS's own models, as botocore has them, with minimal and maximal input.

Prints a line of JSON for each call: operation, outcome, an error's message, and what differs from the model. An outcome is
`answered`, an error's code, `rejected by name`, or `not sent` where botocore itself rejects it. Arguments: the service,
`minimal` or `maximal`, and values for members by their names, as JSON.
"""
import json
import sys
from datetime import datetime, timezone
from xml.etree import ElementTree

import botocore.session
from botocore.exceptions import BotoCoreError, ClientError
from botocore.model import ListShape, MapShape, OperationModel, Shape, StructureShape

service, kind, given_values = sys.argv[1:]
values: dict[str, dict[str, object]] = json.loads(given_values)

# Errors that any operation of a service may answer with, beside those in its model.
COMMON = {"AccessDenied", "AccessDeniedException", "ValidationError", "ValidationException", "InvalidInput"}
# Of a page that another page names: each operation's own tests ask for it.
PAGE_TOKENS = {"nextToken", "NextToken", "Marker"}
ORDER = ["Create", "Put", "Associate", "Attach", "Add", "Tag", "Update", "Enable", "Set"]
LATE = ["Untag", "Detach", "Remove", "Disassociate", "Disable", "Revoke", "Retire", "Dispose", "Schedule", "Cancel", "Delete"]


def turn(name: str) -> tuple[int, str]:
    """Operations that make something come first, and those that take something away last, the innermost first."""
    for index, verb in enumerate(ORDER):
        if name.startswith(verb):
            return (index, name)
    for index, verb in enumerate(LATE):
        if name.startswith(verb):
            depth = 0 if "Version" in name or "Policy" in name or "Rotation" in name else 2 if name.endswith("Domain") else 1
            return (100 + index * 10 + depth, name)
    return (50, name)


def example(shape: Shape, member: str, known: dict[str, object], all_members: bool) -> object:
    if member in known:
        return known[member]
    if isinstance(shape, StructureShape):
        names = [name for name in (shape.members if all_members else shape.required_members) if name not in PAGE_TOKENS]
        if shape.is_tagged_union:
            names = list(shape.members)[:1]
        return {name: example(shape.members[name], name, known, all_members) for name in names}
    if isinstance(shape, ListShape):
        return [example(shape.member, member, known, all_members)]
    if isinstance(shape, MapShape):
        return {str(example(shape.key, f"{member}.key", known, all_members)): example(shape.value, f"{member}.value", known, all_members)}
    if shape.type_name == "string":
        if shape.enum:
            return shape.enum[0]
        return "a" * max(2, shape.metadata.get("min", 2))
    if shape.type_name in ("integer", "long"):
        return shape.metadata.get("min", 1)
    if shape.type_name == "boolean":
        return False
    if shape.type_name == "timestamp":
        return datetime(2026, 1, 1, tzinfo=timezone.utc)
    return b"bytes"


JSON_TYPES = {"string": str, "boolean": bool, "blob": str, "timestamp": (int, float), "integer": int, "long": int, "double": (int, float)}


def json_differences(shape: Shape, value: object, path: str) -> list[str]:
    if value is None:
        return []
    if isinstance(shape, StructureShape):
        if not isinstance(value, dict):
            return [f"{path} is no object"]
        members = {member.serialization.get("name", name): member for name, member in shape.members.items()}
        missing = [name for name in shape.required_members if shape.members[name].serialization.get("name", name) not in value]
        return (
            [f"{path}.{key} is not in the model" for key in value if key not in members]
            + [f"{path}.{name} is missing" for name in missing]
            + [one for key, item in value.items() if key in members for one in json_differences(members[key], item, f"{path}.{key}")]
        )
    if isinstance(shape, ListShape):
        if not isinstance(value, list):
            return [f"{path} is no list"]
        return [one for item in value for one in json_differences(shape.member, item, f"{path}[]")]
    if isinstance(shape, MapShape):
        return [one for item in value.values() for one in json_differences(shape.value, item, f"{path}{{}}")]
    expected = JSON_TYPES[shape.type_name]
    if not isinstance(value, expected) or (isinstance(value, bool) and shape.type_name != "boolean"):
        return [f"{path} is {type(value).__name__}, not {shape.type_name}"]
    return enum_differences(shape, value, path)


def enum_differences(shape: Shape, value: object, path: str) -> list[str]:
    enum = getattr(shape, "enum", [])
    return [f"{path} is {value}, not one of the model's"] if enum and value not in enum else []


def xml_differences(shape: Shape, element: ElementTree.Element, path: str) -> list[str]:
    local = lambda child: child.tag.split("}")[-1]
    if isinstance(shape, StructureShape):
        members = {member.serialization.get("name", name): member for name, member in shape.members.items()}
        seen = [local(child) for child in element]
        return (
            [f"{path}.{name} is not in the model" for name in seen if name not in members]
            + [f"{path}.{name} is missing" for name in shape.required_members if name not in seen]
            + [one for child in element if local(child) in members for one in xml_differences(members[local(child)], child, f"{path}.{local(child)}")]
        )
    if isinstance(shape, ListShape):
        wrong = [f"{path} has {local(child)}, not member" for child in element if local(child) != "member"]
        return wrong + [one for child in element for one in xml_differences(shape.member, child, f"{path}[]")]
    if isinstance(shape, MapShape):
        return [f"{path} has {local(child)}, not entry" for child in element if local(child) != "entry"]
    text = element.text or ""
    if shape.type_name in ("integer", "long") and not text.lstrip("-").isdigit():
        return [f"{path} is {text}, not a number"]
    if shape.type_name == "boolean" and text not in ("true", "false"):
        return [f"{path} is {text}, not a boolean"]
    if shape.type_name == "timestamp" and not text.endswith("Z"):
        return [f"{path} is {text}, not a time in UTC"]
    return enum_differences(shape, text, path)


def answer_differences(operation: OperationModel, body: bytes) -> list[str]:
    shape = operation.output_shape
    if operation.service_model.metadata["protocol"] == "query":
        root = ElementTree.fromstring(body)
        results = [child for child in root if child.tag.endswith(f"}}{operation.name}Result")]
        if shape is None:
            return ["an answer where the model has none"] if results else []
        return xml_differences(shape, results[0], "") if results else ["no result"]
    if shape is None or "payload" in shape.serialization:
        return []
    located = {name for name, member in shape.members.items() if member.serialization.get("location") in ("header", "statusCode")}
    value = json.loads(body or b"{}")
    return [one for one in json_differences(shape, value, "") if one.removesuffix(" is missing").lstrip(".") not in located]


def main() -> None:
    client = botocore.session.get_session().create_client(service)
    bodies: list[bytes] = []
    client.meta.events.register("before-parse", lambda response_dict, **_: bodies.append(response_dict["body"]))
    model = client.meta.service_model
    for name in sorted(model.operation_names, key=turn):
        operation = model.operation_model(name)
        given = {**values.get(service, {}), **values.get(name, {})}
        shape = operation.input_shape
        parameters = {} if shape is None else example(shape, "", given, kind == "maximal")
        for left_out in set(given.get("-", [])) - set(shape.required_members if shape else []):
            parameters.pop(left_out, None)
        print(json.dumps({"operation": name, **called(client, operation, parameters, bodies)}))


def called(client: object, operation: OperationModel, parameters: dict[str, object], bodies: list[bytes]) -> dict[str, object]:
    bodies.clear()
    try:
        getattr(client, botocore.xform_name(operation.name))(**parameters)
    except ClientError as error:
        code, message = error.response["Error"]["Code"], error.response["Error"].get("Message")
        if code == "NotImplemented":
            return {"outcome": "rejected by name", "message": message, "differences": []}
        known = {one for shape in operation.error_shapes for one in (shape.name, shape.error_code)} | COMMON
        return {"outcome": code, "message": message, "differences": [] if code in known else [f"{code} is no error of it"]}
    except BotoCoreError as error:
        # Such as a host of its own, or a library that is not installed.
        return {"outcome": "not sent", "message": str(error), "differences": []}
    # botocore reads a stream itself; its own tests are in versionAssets.spec.ts.
    body = bodies[-1] if bodies else b""
    return {"outcome": "answered", "differences": answer_differences(operation, body) if isinstance(body, bytes) else []}


main()
