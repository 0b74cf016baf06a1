"""The results of bz2.py: rows of a table, as text, Markdown and JSON."""
import dataclasses
import statistics

NOISY = 0.15


@dataclasses.dataclass
class Side:
    """What one program took. `times` turns a stand-in into what it stands for."""
    name: str
    runs: list
    stands_for: str = ""
    times: float = 1.0

    def median(self, field):
        return statistics.median(getattr(run, field) for run in self.runs)

    def text(self):
        wall, cpu, peak = self.median("wall"), self.median("cpu"), max(run.peak for run in self.runs)
        return f"{seconds(wall)} ({seconds(cpu)} CPU, {peak:.0f} MB)"

    def dictionary(self):
        told = {"name": self.name, "wall": [run.wall for run in self.runs], "cpu": [run.cpu for run in self.runs],
                "peakMegabytes": max(run.peak for run in self.runs)}
        if self.stands_for:
            told |= {"standsFor": self.stands_for, "times": self.times}
        return told


@dataclasses.dataclass
class Row:
    """A line of the table: our side, the others, and how many times as fast as the fastest of them we have to be."""
    work: str
    ours: Side | None = None
    others: list = dataclasses.field(default_factory=list)
    at_least: float | None = None
    target: str = ""
    met: bool | None = None
    notes: list = dataclasses.field(default_factory=list)
    others_cores: float | None = None

    @property
    def rival(self):
        return min(self.others, key=lambda side: side.median("wall") * side.times, default=None)

    def ratio(self, field="wall"):
        """Of the medians: above 1 we are faster."""
        return self.rival.times * self.rival.median(field) / max(self.ours.median(field), 1e-9)

    def round_ratios(self):
        return [self.rival.times * theirs.wall / ours.wall for ours, theirs in zip(self.ours.runs, self.rival.runs)]

    def judge(self):
        if self.at_least is not None and self.ours and self.rival:
            self.met = self.ratio() >= self.at_least
            least = f"{self.at_least:g} times as fast"
            self.target = least if self.at_least >= 1 else f"within {1 / self.at_least:g} times its time"

    def verdict(self):
        answer = {True: "met", False: "missed", None: "-"}[self.met]
        return answer + (" (busy machine)" if (self.others_cores or 0) > NOISY else "")

    def ratio_text(self):
        rounds = self.round_ratios()
        return f"{number(self.ratio())} (rounds {number(min(rounds))} to {number(max(rounds))})"

    def lines(self):
        yield f"\n{self.work}"
        for side in [self.ours, *self.others]:
            if side:
                yield f"  {side.name:44} {side.text()}" + (f"  for {side.stands_for}" if side.stands_for else "")
        if self.ours and self.rival:
            each = ", ".join(number(ratio) for ratio in self.round_ratios()[:10])
            more = ", ..." if len(self.ours.runs) > 10 else ""
            yield (f"  {number(self.ratio())} times as fast as {self.rival.stands_for or self.rival.name}, "
                   f"{number(self.ratio('cpu'))} by CPU; rounds: {each}{more}")
        for note in self.notes:
            yield f"  {note}"
        if self.target:
            yield f"  target: {self.target}: {self.verdict()}"
        if self.others_cores is not None:
            yield f"  other processes took {self.others_cores:.2f} cores meanwhile"

    def dictionary(self):
        told = {"work": self.work, "target": self.target, "met": self.met, "notes": self.notes,
                "othersCores": self.others_cores}
        if self.ours:
            told["ours"] = self.ours.dictionary()
            told["others"] = [side.dictionary() for side in self.others]
        if self.ours and self.rival:
            told |= {"against": self.rival.name, "ratio": self.ratio(), "ratioOfCPU": self.ratio("cpu"),
                     "ratioOfRounds": self.round_ratios()}
        return told


def seconds(value):
    return f"{value * 1000:.1f} ms" if value < 0.1 else f"{value:.3f} s" if value < 1 else f"{value:.2f} s"


def number(value):
    return f"{value:.2f}" if value < 10 else f"{value:.1f}" if value < 100 else f"{value:,.0f}"


def markdown(rows, facts):
    """The table, with what is a stand-in or quoted said below it."""
    yield "; ".join(f"{name}: {value}" for name, value in facts.items()) + "."
    yield ""
    yield "| work | ours | against | times as fast | by CPU | target | |"
    yield "| --- | --- | --- | --- | --- | --- | --- |"
    notes = []
    for row in rows:
        mark = ""
        if row.notes:
            notes.append(row)
            mark = f" ({len(notes)})"
        ratio, cpu = (row.ratio_text(), number(row.ratio("cpu"))) if row.ours and row.rival else ("", "")
        against = "; ".join(
            f"{side.name}, for {side.stands_for}: {side.text()}" if side.stands_for else f"{side.name}: {side.text()}"
            for side in row.others)
        cells = [row.work + mark, row.ours.text() if row.ours else "", against, ratio, cpu, row.target, row.verdict()]
        yield "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
    yield ""
    for place, row in enumerate(notes, 1):
        yield f"({place}) " + " ".join(note if note.endswith(".") else note + "." for note in row.notes) + "\n"
