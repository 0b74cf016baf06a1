import Logging
import MWBzUtils
import SystemPackage
import Testing
import WikiDumpKit
import WikiDumpKitTesting

@testable import CustomJob

// What the documents show of Swift, so that it is compiled. `DocumentTests` finds their blocks here line by line.

private func printAPage(write: (ArraySlice<UInt8>) -> Void) async throws {
    _ = try await DumpIndexer("pages.xml.bz2").make(taskCount: 8)
    let dump = try IndexedDump("pages.xml.bz2")
    if let page = try dump.page(title: "Fish & chips") {
        try dump.read(page) { piece throws(BzError) in write(piece) }
    }
}

private func countRevisions() async throws {
    var counter = PageCounter()
    try await DumpText("stubs.xml.gz").read(taskCount: 8) { text throws(BzError) in
        for page in try counter.append(text) { print(page.page.id, page.revisionCount) }
        return true
    }
}

private func compress(_ bytes: [UInt8], write: ([UInt8]) -> Void) throws {
    var cutter = BzBlockCutter()
    var stream = BzStreamAssembler()
    for piece in cutter.append(bytes) + [cutter.flush()].compactMap({ $0 }) {
        // encode(_:) may run on any core; append(_:) keeps the order.
        write(stream.append(try BzBlock.encode(piece)))
    }
    write(stream.finish())
}

private func workerWithPages(configuration: Configuration, logger: Logger) throws -> Worker {
    let worker = try Worker(configuration: configuration, renderer: ListPages(), logger: logger)
    return worker
}

private func dumpAWiki(logger: Logger) async throws -> RunRecord {
    let configuration = try ConfigurationLoader().load("wikidump.conf")
    let worker = try Worker(configuration: configuration, logger: logger)
    let run = try await worker.run(RunRequest(), SilentObserver())
    return run
}

private func checkMyJob(temporaryFolder: String) async throws {
    try await JobConformance(LongPagesJob(), folder: FilePath(temporaryFolder)).check()
}

@Suite struct DocumentedCodeTests {
    @Test func pagesKeepTheRules() async throws {
        try await IndexRendererConformance(ListPages()).check()
    }
}
