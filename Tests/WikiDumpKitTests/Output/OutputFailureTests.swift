import Foundation
import SystemPackage
import Testing
import WikiDumpKitTesting

@testable import WikiDumpKit

/// Whatever fails inside of a pipeline ends it with that error, and leaves no file.
@Suite struct OutputFailureTests {
    /// A format that refuses a piece, when it is compressed or when it is joined.
    struct RefusingFormat: OutputFormat {
        var refusesToJoin = false
        mutating func append(_ batch: RenderedBatch) -> [OutputPiece] { [OutputPiece(bytes: batch.bytes)] }
        mutating func cut() -> OutputPiece? { nil }
        static func encode(_ piece: OutputPiece) throws(DumpError) -> EncodedPiece {
            if piece.bytes == [9] { throw DumpError(.jobFailed, "refused") }
            return .bytes(piece.bytes)
        }
        mutating func join(_ encoded: EncodedPiece, of piece: PieceContents) throws(DumpError) -> JoinedPiece {
            guard case .bytes(let bytes) = encoded else { return JoinedPiece(bytes: []) }
            if refusesToJoin, bytes == [4] { throw DumpError(.diskFull, "does not fit") }
            return JoinedPiece(bytes: bytes)
        }
        mutating func finish() throws(DumpError) -> [UInt8] { [] }
    }

    func run(
        _ farm: TemporaryFarm, format: any OutputFormat = GzipFormat(),
        next: @escaping @Sendable () async throws(DumpError) -> RenderedBatch?,
        render: @escaping @Sendable (RenderedBatch) throws(DumpError) -> [RenderedBatch] = { [$0] }
    ) async throws {
        let file = try OutputFile(farm.root.appending("out"))
        defer { file.discard() }
        let pipeline = OutputPipeline<RenderedBatch>(next: next, render: render, width: 2, progress: { _ in })
        _ = try await pipeline.run([PipelineOutput(file: file, format: format, header: [1], footer: [2])])
        _ = try file.commit()
    }

    func expectNothingLeft(_ farm: TemporaryFarm) throws {
        #expect(try fileSystem.list(farm.root).filter { $0.hasPrefix("out") } == [])
    }

    static func numbers() -> @Sendable () async throws(DumpError) -> RenderedBatch? {
        let list = RenderedBatchList((0..<10).map { RenderedBatch(bytes: [$0]) })
        return { () async throws(DumpError) in await list.next() }
    }

    @Test func aSourceThatFails() async throws {
        let farm = try TemporaryFarm()
        let numbers = Self.numbers()
        let error = await dumpError {
            try await run(
                farm,
                next: { () async throws(DumpError) in
                    guard let batch = try await numbers(), batch.bytes != [5] else {
                        throw DumpError(.source, "gone")
                    }
                    return batch
                })
        }
        #expect(error?.code == .source)
        try expectNothingLeft(farm)
    }

    @Test func aRendererThatFails() async throws {
        let farm = try TemporaryFarm()
        let error = await dumpError {
            try await run(
                farm, next: Self.numbers(),
                render: { (batch) throws(DumpError) in
                    if batch.bytes == [4] { throw DumpError(.jobFailed, "no") }
                    return [batch]
                })
        }
        #expect(error?.message == "no")
        try expectNothingLeft(farm)
    }

    @Test func aCompressorThatFails() async throws {
        let farm = try TemporaryFarm()
        let error = await dumpError { try await run(farm, format: RefusingFormat(), next: Self.numbers()) }
        #expect(error?.message == "refused")
        try expectNothingLeft(farm)
    }

    @Test func aPieceThatCannotBeJoined() async throws {
        let farm = try TemporaryFarm()
        let error = await dumpError {
            try await run(farm, format: RefusingFormat(refusesToJoin: true), next: Self.numbers())
        }
        #expect(error?.message == "does not fit")
        try expectNothingLeft(farm)
    }

    @Test func whatGoesWellIsThere() async throws {
        let farm = try TemporaryFarm()
        try await run(farm, next: Self.numbers())
        #expect(try Decoded.gzip(fileSystem.read(farm.root.appending("out"))).bytes == [1] + Array(0..<10) + [2])
        #expect(try fileSystem.list(farm.root).filter { $0.hasPrefix("out") } == ["out"])
    }

    @Test func cancellationEndsAnEndlessExport() async throws {
        let farm = try TemporaryFarm()
        let (started, signal) = AsyncStream<Void>.makeStream()
        let task = Task {
            try await run(
                farm, format: BzipFormat(),
                next: { () async throws(DumpError) in
                    signal.yield()
                    return RenderedBatch(bytes: (0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) })
                })
        }
        var batches = 0
        for await _ in started {
            batches += 1
            if batches == 20 { break }
        }
        let cancelled = ContinuousClock.now
        task.cancel()
        let error = await dumpError { try await task.value }
        #expect(error?.code == .cancelled)
        // Other tests take their share of the cores; without the cancellation it would never end.
        #expect(ContinuousClock.now - cancelled < .seconds(120))
        try expectNothingLeft(farm)
    }

    @Test func aJobThatFailsLeavesNoFile() async throws {
        let fixture = try RunFixture()
        fixture.wiki.content.lostRevisions = 5
        for job in fixture.standardJobs {
            try fileSystem.makeDirectory(fixture.folder())
            let context = JobContext(
                wiki: fixture.wiki, date: Sample.date(),
                snapshot: try await fixture.wiki.contentSource().openSnapshot(), width: 2,
                logger: LogCapture().logger, progress: { _, _ in })
            let error = await dumpError { _ = try await job.run(context) }
            let names = job.fileNames(prefix: context.prefix)
            #expect(try fixture.dumpFiles() == (error == nil ? names.sorted() : []), "\(job.name)")
            for name in names { try? fileSystem.remove(fixture.folder().appending(name)) }
        }
    }
}
