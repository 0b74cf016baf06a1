import Foundation
import MWBzUtils
import SystemPackage
import Testing

@Suite struct MemberJoinTests {
    private static let header = "<mediawiki version=\"0.11\">\n  <siteinfo>\n    <base>x</base>\n  </siteinfo>\n"

    /// An export of parts: header, any number of bodies, footer.
    private func export(_ bodies: [String], _ compress: ([UInt8]) throws -> [UInt8], header: String = header)
        throws -> [UInt8]
    {
        try ([header] + bodies + ["</mediawiki>\n"]).flatMap { try compress(Array($0.utf8)) }
    }

    private func joined(_ files: [[UInt8]], in folder: FilePath) throws -> (bytes: [UInt8], shifts: [Int64]) {
        let paths = try files.enumerated().map { index, bytes in
            let path = folder.appending("part\(index)")
            try path.write(bytes)
            return path
        }
        let joiner = try MemberJoiner(paths)
        var result: [UInt8] = []
        try joiner.join { bytes throws(BzError) in result += bytes }
        return (result, joiner.shifts)
    }

    private static func page(_ number: Int) -> String {
        "  <page><id>\(number)</id>" + String(repeating: "text \(number) ", count: number % 50) + "</page>\n"
    }

    @Test("Members and streams are copied, with one header and one footer", arguments: [true, false])
    func join(isGzip: Bool) async throws {
        let compress: ([UInt8]) throws -> [UInt8] =
            isGzip ? { try GzipMember.compress($0) } : { try BzStream.compress($0) }
        try await FastFolder.with { folder in
            // The second has no pages at all, as a part of a small wiki may have none.
            let parts = [[Self.page(1), Self.page(2)], [], [Self.page(9) + Self.page(10)]]
            let result = try joined(try parts.map { try export($0, compress) }, in: folder)
            #expect(result.bytes == (try export(Array(parts.joined()), compress)))
            let tool = try (isGzip ? Tool(name: "gzip", arguments: []) : Tool.bzip2).run(result.bytes, ["-dc"])
            let text = Self.header + parts.joined().joined() + "</mediawiki>\n"
            #expect(tool.status == 0 && tool.output == Array(text.utf8))
        }
    }

    @Test("One file is joined to itself")
    func one() async throws {
        try await FastFolder.with { folder in
            let file = try export([Self.page(1)]) { try GzipMember.compress($0) }
            #expect(try joined([file], in: folder).bytes == file)
        }
    }

    @Test("Pages are found where the shifts say")
    func shifts() async throws {
        try await FastFolder.with { folder in
            // Headers of different lengths, as when the wiki was renamed between two pieces.
            let parts = try (0..<4).map { part in
                try export(
                    (0..<part * 3).map { Self.page(part * 100 + $0) }, { try BzStream.compress($0) },
                    header: Self.header.replacingOccurrences(of: "x", with: String(repeating: "ab", count: part * 40)))
            }
            let result = try joined(parts, in: folder)
            for (index, part) in parts.enumerated() {
                for number in 0..<index * 3 {
                    let stream = try BzStream.compress(Array(Self.page(index * 100 + number).utf8))
                    let place = try #require(part.firstOffset(of: stream))
                    #expect(result.bytes[(place + Int(result.shifts[index]))...].starts(with: stream))
                }
            }
        }
    }

    @Test("What is not made of parts is refused")
    func refusals() async throws {
        let compress: ([UInt8]) throws -> [UInt8] = { try GzipMember.compress($0) }
        let good = try export([Self.page(1)], compress)
        let text = Array((Self.header + Self.page(1) + "</mediawiki>\n").utf8)
        let flipped = good.enumerated().map { $0 == 30 ? $1 ^ 4 : $1 }
        try await FastFolder.with { folder in
            for bad in [
                [], text, try compress(text), try BzStream.compress(text), Array(good.dropLast()), good + [0], flipped,
                try compress(Array(Self.header.utf8)),
                try compress(Array(Self.header.utf8)) + compress(Array((Self.page(1) + "</mediawiki>").utf8)),
                try compress(Array("<mediawiki>".utf8)) + compress(Array("</mediawiki>".utf8)),
            ] {
                #expect(throws: BzError.self) { _ = try joined([good, bad], in: folder) }
                #expect(throws: BzError.self) { _ = try joined([bad, good], in: folder) }
            }
        }
    }
}

extension [UInt8] {
    fileprivate func firstOffset(of bytes: [UInt8]) -> Int? {
        indices.first { self[$0...].starts(with: bytes) }
    }
}
