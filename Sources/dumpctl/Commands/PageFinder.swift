import MWBzUtils
import SystemPackage
import WikiDumpKit

/// The pages between which a missing page would be.
struct PageGap {
    var after: Int64?
    var before: Int64?

    /// Takes into account what another part of the dump says.
    mutating func narrow(_ other: PageGap) {
        after = [after, other.after].compactMap { $0 }.max()
        before = [before, other.before].compactMap { $0 }.min()
    }

    /// The end of the message that a page is not there.
    var description: String {
        switch (after, before) {
        case (let after?, let before?): "; it would be between pages \(after) and \(before)"
        case (let after?, nil): "; it would be after page \(after), the last one"
        case (nil, let before?): "; it would be before page \(before), the first one"
        case (nil, nil): ""
        }
    }
}

struct FoundPage {
    enum Place {
        case indexed(IndexedPage)
        case located(PageLocation)
    }

    var file: FilePath
    var place: Place
    var revision: Int64?

    var page: DumpPage {
        switch place {
        case .indexed(let page): page.page
        case .located(let location): location.page
        }
    }

    var blockOffset: Int64 {
        switch place {
        case .indexed(let page): page.blockOffset
        case .located(let location): location.blockOffset
        }
    }

    var uncompressedOffset: Int64? {
        if case .indexed(let page) = place { page.uncompressedOffset } else { nil }
    }
}

/// Looks for pages in one dump, with its index if it has one that fits.
struct PageFinder {
    enum Outcome {
        case found(FoundPage)
        case absent(PageGap)
    }

    private let path: FilePath
    private let dump: IndexedDump?
    /// Whether the search may go on without an index, because none was named.
    private let mayDoWithoutIndex: Bool
    private let locator: PageLocator

    /// - Parameter index: An index that must fit; nil for the one beside the dump, which is ignored if it does not fit.
    /// - Throws: ``BzError`` if the dump cannot be opened, or the index that was named does not fit.
    init(_ path: FilePath, index: FilePath?) throws(BzError) {
        self.path = path
        locator = try PageLocator(path)
        mayDoWithoutIndex = index == nil
        if let index {
            dump = try IndexedDump(path, index: index)
            return
        }
        do throws(BzError) {
            dump = try IndexedDump(path)
        } catch {
            dump = nil
            let isMissing = error.code == .fileSystem && (error.cause as? Errno) == .noSuchFileOrDirectory
            if !isMissing { printError("\(error.description); going on without it") }
        }
    }

    func find(_ target: PageTarget, proof: AbsenceProof) async throws(BzError) -> Outcome {
        if let dump {
            do throws(BzError) { return try await find(target, in: dump) } catch {
                guard mayDoWithoutIndex, error.file == dump.index.path else { throw error }
                printError("\(error.description); going on without it")
            }
        }
        let tasks = Processors.count
        if let id = target.id {
            switch try await locator.locate(id: id, taskCount: tasks, proof: proof) {
            case .found(let location): return found(.located(location))
            case .absent(let after, let before): return .absent(PageGap(after: after?.id, before: before?.id))
            }
        }
        printError(
            "\(path): reading the dump from its start; with an index (dumpctl index) the answer is there at once")
        if let title = target.title {
            let location = try await locator.locate(title: title, taskCount: tasks)
            return location.map { found(.located($0)) } ?? .absent(PageGap())
        }
        let location = try await locator.locate(revision: target.revision ?? 0, taskCount: tasks)
        return location.map { found(.located($0.page), revision: $0.id) } ?? .absent(PageGap())
    }

    private func find(_ target: PageTarget, in dump: IndexedDump) async throws(BzError) -> Outcome {
        if let id = target.id {
            if let page = try dump.page(id: id) { return found(.indexed(page)) }
            let (after, before) = try dump.index.neighbours(of: id)
            return .absent(PageGap(after: after, before: before))
        }
        if let title = target.title {
            return try dump.page(title: title).map { found(.indexed($0)) } ?? .absent(PageGap())
        }
        let revision = try await dump.revision(id: target.revision ?? 0, taskCount: Processors.count)
        return revision.map { found(.indexed($0.page), revision: $0.id) } ?? .absent(PageGap())
    }

    /// The bit offset of the block with the first page whose id is at least this one; nil if there is no such page.
    func firstBlock(of id: Int64) async throws(BzError) -> Int64? {
        if let dump, dump.index.hasRisingIDs {
            if let page = try dump.page(id: id) { return page.blockOffset }
            guard let next = try dump.index.neighbours(of: id).before else { return nil }
            return try dump.page(id: next)?.blockOffset
        }
        switch try await locator.locate(id: id, taskCount: Processors.count) {
        case .found(let page): return page.blockOffset
        case .absent(_, let next): return next?.blockOffset
        }
    }

    private func found(_ place: FoundPage.Place, revision: Int64? = nil) -> Outcome {
        .found(FoundPage(file: path, place: place, revision: revision))
    }

    /// Passes on the XML of a page, piece by piece.
    func read(_ page: FoundPage, _ body: (ArraySlice<UInt8>) throws(BzError) -> Void) throws(BzError) {
        switch page.place {
        case .indexed(let page): try dump?.read(page, body)
        case .located(let location): try locator.read(location, body)
        }
    }
}

/// What is printed about a page that was found.
struct FoundPageLine: Encodable {
    var found = true
    var pageId: Int64
    var revisionId: Int64?
    var namespace: Int64?
    var title: String
    var file: String
    var blockBitOffset: Int64
    var offsetInBlock: Int64
    var uncompressedOffset: Int64?

    init(_ page: FoundPage) {
        pageId = page.page.id
        revisionId = page.revision
        namespace = page.page.namespace
        title = page.page.plainTitle
        file = page.file.string
        blockBitOffset = page.blockOffset
        offsetInBlock = page.page.offset
        uncompressedOffset = page.uncompressedOffset
    }

    func text(json: Bool) -> [UInt8] {
        if json { return Array(JSONText.line(self).utf8) }
        var line = "page_id:\(pageId)"
        if let revisionId { line += " rev_id:\(revisionId)" }
        if let namespace { line += " ns:\(namespace)" }
        line += " block:\(blockBitOffset) offset:\(offsetInBlock)"
        if let uncompressedOffset { line += " uncompressed:\(uncompressedOffset)" }
        return Array("\(line) file:\(file) title:\(title)\n".utf8)
    }
}

/// What is printed as JSON about a page that is not there.
struct AbsentPageLine: Encodable {
    var found = false
    var pageId: Int64?
    var revisionId: Int64?
    var title: String?
    /// The pages between which it would be; nil if there is none on that side.
    var afterPageId: Int64?
    var beforePageId: Int64?

    init(_ target: PageTarget, _ gap: PageGap) {
        pageId = target.id
        revisionId = target.revision
        title = target.title
        afterPageId = gap.after
        beforePageId = gap.before
    }
}

/// What is printed about a revision.
struct RevisionLine: Encodable {
    var revisionId: Int64
    var parentId: Int64?
    var timestamp: String
    /// Nil if it is hidden.
    var contributor: String?
    var contributorId: Int64?
    var minor: Bool
    var bytes: Int64?

    init(_ revision: RevisionSummary) {
        revisionId = revision.id
        parentId = revision.parentID
        timestamp = revision.timestamp
        contributor = revision.contributor
        contributorId = revision.contributorID
        minor = revision.isMinor
        bytes = revision.byteCount
    }

    func text(json: Bool) -> [UInt8] {
        if json { return Array(JSONText.line(self).utf8) }
        let size = bytes.map { String($0) } ?? "-"
        return Array("\(revisionId)\t\(timestamp)\t\(contributor ?? "-")\t\(size)\t\(minor ? "m" : "-")\n".utf8)
    }
}
