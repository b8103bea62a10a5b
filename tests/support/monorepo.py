"""A generated monorepo: one Go module of many services and shared packages, of which it is known what
each service is made of and what it prints, without asking anything that is tested."""

from __future__ import annotations

import random
import textwrap
from dataclasses import dataclass, field
from pathlib import Path

MODULE = "example.com/mono"


@dataclass
class Package:
    """A directory of Go files. ``imports`` are names of packages that were made before this one."""

    path: str
    imports: list[str]
    word: str = "0"
    asset: str | None = None  # of go:embed
    extra: dict[str, str] = field(default_factory=dict)  # file name -> what its init() prints

    @property
    def name(self) -> str:
        return self.path.rpartition("/")[2]


class Monorepo:
    """What is on disk, and why. Each method that edits returns the names of the services of which
    there must be another image afterwards, and notes in ``watching`` those whose rule may run."""

    def __init__(self, root: Path, services: int, packages: int, seed: int):
        self.root = root
        self.chance = random.Random(seed)
        self.packages: dict[str, Package] = {}
        self.environment: dict[str, int] = {}
        self.watching: set[str] = set()
        self.edits = 0
        for number in range(packages):
            older = sorted(self.packages)
            imports = self.chance.sample(older, min(len(older), self.chance.choice([0, 1, 1, 2])))
            asset = "0" if number % 3 == 0 else None
            self._add(Package(f"pkg/p{number:02}", sorted(imports), asset=asset))
        shared = sorted(self.packages)
        self.services = [f"s{number:02}" for number in range(services)]
        for name in self.services:
            imports = sorted(self.chance.sample(shared, self.chance.choice([0, 1, 1, 2])))
            self._add(Package(f"cmd/{name}", imports))
            self.environment[name] = 0
        self._write("go.mod", f"module {MODULE}\n\ngo 1.22\n")
        self._write("README.md", "read me\n")
        self._write("pkg/nobody/nobody.go", "package nobody\n")

    # What is where.

    def closure(self, name: str) -> set[str]:
        """The package and all that it is made of."""
        below = (self.closure(other) for other in self.packages[name].imports)
        return {name}.union(*below)

    def users(self, name: str) -> set[str]:
        """The services that are made of the package."""
        return {service for service in self.services if name in self.closure(service)}

    def output(self, service: str) -> list[str]:
        """The lines that the program prints, sorted: all that is in it."""
        lines = []
        for package in map(self.packages.__getitem__, self.closure(service)):
            lines.append(f"{package.name}={package.word}")
            lines += [package.asset] if package.asset else []
            lines += package.extra.values()
        return sorted(lines)

    def calls(self) -> str:
        """The calls of add_go_container()."""
        return "".join(
            f"add_go_container({name} BASE scratch PACKAGE ./cmd/{name} ENV N={number})\n"
            for name, number in self.environment.items()
        )

    def _add(self, package: Package) -> None:
        self.packages[package.name] = package
        self._write(f"{package.path}/{package.name}_test.go", f"package {self._clause(package)}\n")
        self._write(f"{package.path}/windows.go", self._windows(package))
        self._write(f"{package.path}/README.md", "read me\n")
        self._save(package)

    def _clause(self, package: Package) -> str:
        return "main" if package.path.startswith("cmd/") else package.name

    def _windows(self, package: Package) -> str:
        return f"//go:build windows\n\npackage {self._clause(package)}\n"

    def _save(self, package: Package) -> None:
        lines = [f"package {self._clause(package)}", ""]
        lines += [f'import _ "{MODULE}/{self.packages[p].path}"' for p in package.imports]
        if package.asset is not None:
            self._write(f"{package.path}/asset.txt", package.asset)
            lines += ['import _ "embed"', "", "//go:embed asset.txt", "var asset string", ""]
            lines += ["func init() { println(asset) }"]
        lines += ["", f'func init() {{ println("{package.name}={package.word}") }}']
        if package.path.startswith("cmd/"):
            lines += ["", "func main() {}"]
        self._write(f"{package.path}/{package.name}.go", "\n".join(lines) + "\n")

    def _write(self, name: str, text: str) -> None:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text))

    def _new(self) -> str:
        """A text that was never there before."""
        self.edits += 1
        return f"text {self.edits}"

    def _some(self) -> Package:
        """A package, mostly one of few users."""
        names = sorted(self.packages)
        weights = [1 / (1 + len(self.users(name)) ** 2) for name in names]
        return self.packages[self.chance.choices(names, weights)[0]]

    # Edits that make other images.

    def edit_source(self) -> set[str]:
        package = self._some()
        package.word = self._new()
        self._save(package)
        return self.users(package.name)

    def edit_asset(self) -> set[str]:
        package = self.chance.choice(
            [p for p in self.packages.values() if p.asset and len(self.users(p.name)) < 6]
        )
        package.asset = self._new()
        self._write(f"{package.path}/asset.txt", package.asset)
        return self.users(package.name)

    def add_source(self) -> set[str]:
        package = self._some()
        text = self._new()
        file = f"extra{self.edits}.go"
        package.extra[file] = text
        clause = self._clause(package)
        self._write(
            f"{package.path}/{file}", f'package {clause}\n\nfunc init() {{ println("{text}") }}\n'
        )
        return self.users(package.name)

    def _extra(self) -> tuple[Package, str] | None:
        found = [(p, file) for p in self.packages.values() for file in sorted(p.extra)]
        return self.chance.choice(found) if found else None

    def remove_source(self) -> set[str]:
        found = self._extra()
        if not found:
            return self.add_source()
        package, file = found
        (self.root / package.path / file).unlink()
        del package.extra[file]
        return self.users(package.name)

    def rename_source(self) -> set[str]:
        """The name of a file is in the program, for stack traces."""
        found = self._extra()
        if not found:
            return self.add_source()
        package, file = found
        self.edits += 1
        new = f"extra{self.edits}.go"
        (self.root / package.path / file).rename(self.root / package.path / new)
        package.extra[new] = package.extra.pop(file)
        return self.users(package.name)

    def move_package(self) -> set[str]:
        """A directory gets another name, and its users follow."""
        package = self._some()
        while package.path.startswith("cmd/"):
            package = self._some()
        self.edits += 1
        old, package.path = package.path, f"pkg/moved{self.edits}/{package.name}"
        (self.root / package.path).parent.mkdir()
        (self.root / old).rename(self.root / package.path)
        for other in self.packages.values():
            if package.name in other.imports:
                self._save(other)
        return self.users(package.name)

    def edit_imports(self) -> set[str]:
        """A service uses another package, or one no more."""
        name = self.chance.choice(self.services)
        service = self.packages[name]
        package = self._some()
        while package.name in self.services:
            package = self._some()
        before = self.closure(name)
        if package.name in service.imports:
            service.imports.remove(package.name)
        else:
            service.imports = sorted([*service.imports, package.name])
        self._save(service)
        # What it imports already by way of another package is nothing new in the program.
        return {name} if self.closure(name) != before else self._may_run({name})

    def edit_call(self) -> set[str]:
        name = self.chance.choice(self.services)
        self.environment[name] += 1
        return {name}

    def edit_language(self) -> set[str]:
        """The version in go.mod sets GODEBUG, which is in each program."""
        self._write("go.mod", f"module {MODULE}\n\ngo 1.21\n")
        return set(self.services)

    # Edits that make none.

    def _may_run(self, services: set[str]) -> set[str]:
        self.watching |= services
        return set()

    def edit_test(self) -> set[str]:
        package = self._some()
        clause = self._clause(package)
        self._write(
            f"{package.path}/{package.name}_test.go", f"package {clause}\n\n// {self._new()}\n"
        )
        return set()

    def edit_readme(self) -> set[str]:
        place = self.chance.choice(["", f"{self._some().path}/"])
        self._write(f"{place}README.md", self._new())
        return set()

    def edit_unused_package(self) -> set[str]:
        self._write("pkg/nobody/nobody.go", f"package nobody\n\n// {self._new()}\n")
        return set()

    def edit_for_another_system(self) -> set[str]:
        package = self._some()
        self._write(f"{package.path}/windows.go", f"{self._windows(package)}// {self._new()}\n")
        return self._may_run(self.users(package.name))

    def add_readme(self) -> set[str]:
        """A file that does not count, where others would."""
        package = self._some()
        self._write(f"{package.path}/{self._new()}.md", "read me\n")
        return self._may_run(self.users(package.name))

    def touch(self) -> set[str]:
        package = self._some()
        (self.root / package.path / f"{package.name}.go").touch()
        return self._may_run(self.users(package.name))

    def change_mode(self) -> set[str]:
        package = self._some()
        file = self.root / package.path / f"{package.name}.go"
        file.chmod(file.stat().st_mode ^ 0o111)
        return self._may_run(self.users(package.name))

    def undo(self) -> set[str]:
        """An edit and its contrary before anybody built."""
        package = self._some()
        file = self.root / package.path / f"{package.name}.go"
        text = file.read_text()
        file.write_text(text + "broken")
        file.write_text(text)
        return self._may_run(self.users(package.name))
