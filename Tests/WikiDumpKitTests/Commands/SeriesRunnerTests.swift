import Synchronization
import SystemPackage
import Testing

@testable import WikiDumpKit

@Suite struct SeriesRunnerTests {
    private let folder = CommandFolder()

    @Test func aSeriesEndsWithItsFirstFailure() async throws {
        let late = folder.path("late.txt")
        let results = await SeriesRunner(limit: 2).run([
            CommandSeries(
                "bad",
                [
                    Pipeline("one", [Command("false")]),
                    Pipeline("two", [Command("echo")], output: .file(PipelineFile(late))),
                ]),
            CommandSeries("good", [Pipeline("three", [Command("true")]), Pipeline("four", [Command("true")])]),
        ])
        #expect(throws: CommandFailure.self) { try results[0].get() }
        #expect(try results[1].get().count == 2)
        #expect(try FileSystem.status(late) == nil)
    }

    @Test(arguments: [1, 3]) func noMoreRunAtOnceThanTheLimit(limit: Int) async throws {
        let running = Mutex((now: 0, most: 0))
        let series = (0..<9).map { CommandSeries("s\($0)", [Pipeline("p\($0)", [Command("sleep", ["0.05"])])]) }
        let results = await SeriesRunner(limit: limit) { event in
            running.withLock { count in
                switch event {
                case .started: count.now += 1
                case .ended: count.now -= 1
                default: break
                }
                count.most = max(count.most, count.now)
            }
        }.run(series)
        #expect(results.count == 9 && results.allSatisfy { (try? $0.get()) != nil })
        #expect(running.withLock { $0.most } <= limit)
    }

    @Test func aFailureThatMayPassIsTriedAgainWithItsOutput() async throws {
        let (mark, file) = (folder.path("mark"), folder.path("out.txt"))
        let script = "echo try; [ -e \"$1\" ] || { : > \"$1\"; exit 1; }"
        let pipeline = Pipeline(
            "flaky", [Command("sh", ["-c", script, "sh", mark.string])], output: .file(PipelineFile(file)))
        let retries = RetryPolicy.doubling(.milliseconds(10), retries: 2)
        let results = await SeriesRunner(limit: 1).run([CommandSeries("s", [pipeline], retries: retries)])
        #expect(throws: Never.self) { try results[0].get() }
        #expect(try FileSystem.read(file) == Array("try\n".utf8), "the second try must begin with an empty file")
    }

    @Test func whoTriesAgainKeepsOnePlace() async throws {
        // Were a place lost with each try, the one there is would be gone before the last series.
        let script = "echo x >> \"$1\"; [ $(wc -l < \"$1\") -gt 3 ]"
        let series = (0..<4).map { number in
            CommandSeries(
                "s\(number)",
                [Pipeline("p", [Command("sh", ["-c", script, "sh", folder.path("mark\(number)").string])])],
                retries: .doubling(.milliseconds(1), retries: 3))
        }
        let retries = Mutex(0)
        let results = await SeriesRunner(limit: 1) { event in
            if case .retrying = event { retries.withLock { $0 += 1 } }
        }.run(series)
        #expect(results.count == 4 && results.allSatisfy { (try? $0.get()) != nil })
        #expect(retries.withLock { $0 } == 12)
    }

    @Test func aFailureThatStaysIsNotTriedAgain() async throws {
        let attempts = Mutex(0)
        let series = CommandSeries(
            "s", [Pipeline("p", [Command("no-such-program-at-all")])],
            retries: .doubling(.milliseconds(1), retries: 5))
        let results = await SeriesRunner(limit: 1) { event in
            if case .retrying = event { attempts.withLock { $0 += 1 } }
        }.run([series])
        #expect(throws: CommandFailure.self) { try results[0].get() }
        #expect(attempts.withLock { $0 } == 0)
    }

    @Test func cancellationReachesAllSeries() async throws {
        let series = (0..<6).map { CommandSeries("s\($0)", [Pipeline("p\($0)", [Command("sleep", ["600"])])]) }
        let task = Task { await SeriesRunner(limit: 2, grace: .milliseconds(500)).run(series) }
        try await Task.sleep(for: .milliseconds(300))
        task.cancel()
        let kinds = await task.value.map { result -> CommandFailure.Kind? in
            guard case .failure(let failure) = result else { return nil }
            return failure.kind
        }
        #expect(kinds == Array(repeating: .cancelled, count: 6))
    }
}
