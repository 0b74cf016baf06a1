import Synchronization

/// A file on a web server, of which only what is needed is asked for.
///
/// What comes is kept in a small cache. When a transfer breaks off, it goes on where it was. Every answer must be about the
/// file that was opened: same size, same tag, same time. Safe to use from many tasks at once; its calls block the thread.
final class WebSource: Sendable {
    /// Bytes are asked for and kept by pages.
    private static let pageSize: Int64 = 1 << 14
    /// Pages that are kept: 16 MB.
    private static let capacity = 1024
    /// So many pages are read at a place before more than what is needed is asked for.
    private static let shortRun: Int64 = 64
    /// How many pages are asked for at a time at most, when a file is read from front to back.
    private static let longestAhead: Int64 = 512

    let address: WebAddress
    private let settings: WebSettings
    private let state: Mutex<State>

    /// What is known since the file was opened.
    struct Facts: Sendable, Hashable {
        /// Bytes; nil if the server does not say.
        var size: Int64?
        /// What changes when the file does.
        var validator: String?
        /// Whether the address leads to a folder.
        var isFolder = false
        /// Whether the server answers for parts of the file.
        var hasRanges = true
    }

    private struct State {
        var facts = Facts()
        var connection: WebConnection?
        var pages: [Int64: [UInt8]] = [:]
        /// The numbers of the pages, in the order in which they came.
        var order: [Int64] = []
        /// The number of the page behind the last one that was asked for.
        var next: Int64 = 0
        /// How many pages were asked for one behind the other.
        var run: Int64 = 0
        /// Of a file that only comes as a whole: how many bytes are in pages, what came behind them, and whether that is all.
        var position: Int64 = 0
        var rest: [UInt8] = []
        var isAtEnd = false
        /// Bytes that came.
        var transferred: Int64 = 0

        mutating func keep(_ number: Int64, _ page: [UInt8]) {
            if pages.updateValue(page, forKey: number) == nil { order.append(number) }
            while order.count > WebSource.capacity { pages[order.removeFirst()] = nil }
        }
    }

    /// Opens a file: asks for its first page.
    /// - Throws: ``WebFailure``.
    init(_ address: WebAddress, _ settings: WebSettings = .standard) throws(WebFailure) {
        (self.address, self.settings) = (address, settings)
        state = Mutex(State())
        try state.withLock { state throws(WebFailure) in try open(&state) }
    }

    var facts: Facts { state.withLock { $0.facts } }

    /// Bytes of the file that have come.
    var transferredCount: Int64 { state.withLock { $0.transferred } }

    /// Reads bytes. Returns fewer than `count` only at the end of the file.
    /// - Throws: ``WebFailure``.
    func read(at offset: Int64, count: Int) throws(WebFailure) -> [UInt8] {
        try state.withLock { state throws(WebFailure) in
            var end = offset + Int64(count)
            if let size = state.facts.size { end = min(end, size) }
            guard offset >= 0, end > offset else { return [] }
            var bytes: [UInt8] = []
            bytes.reserveCapacity(Int(end - offset))
            var number = offset / Self.pageSize
            while number * Self.pageSize < end {
                if state.pages[number] == nil { try load(number, upTo: (end - 1) / Self.pageSize, &state) }
                let page = state.pages[number] ?? []
                let first = number * Self.pageSize
                let start = Int(max(0, offset - first))
                let stop = Int(min(Int64(page.count), end - first))
                if start < stop { bytes += page[start..<stop] }
                // Only of a server that does not tell sizes is the end found like this.
                if page.count < Self.pageSize { break }
                number += 1
            }
            return bytes
        }
    }

    // MARK: Asking

    private func attempt<Value>(
        _ state: inout State, _ body: (inout State, WebConnection) throws(WebFailure) -> Value
    ) throws(WebFailure) -> Value {
        try WebRetry(settings: settings).run(&state, progress: { $0.transferred }) { state throws(WebFailure) in
            if let connection = state.connection { return try body(&state, connection) }
            let connection = try WebConnection(settings)
            state.connection = connection
            return try body(&state, connection)
        }
    }

    private func open(_ state: inout State) throws(WebFailure) {
        try attempt(&state) { state, connection throws(WebFailure) in
            let answer = try connection.ask(address, from: 0, through: Self.pageSize - 1)
            if answer.status == 416, answer.contentRange?.size == 0 {
                state.facts.size = 0
                return
            }
            if let failure = WebFailure(answer) { throw failure }
            state.facts.validator = answer.validator
            state.facts.isFolder = WebAddress(answer.address)?.isFolder ?? false
            if state.facts.isFolder { return }
            guard answer.status == 206, let range = answer.contentRange, range.first == 0 else {
                state.facts.size = answer.contentLength
                state.facts.hasRanges = false
                return
            }
            state.facts.size = range.size
            _ = try receive(0, from: connection, &state)
            state.next = 1
        }
    }

    // MARK: Loading

    /// Loads a page that is not there, and those behind it that are needed.
    private func load(_ number: Int64, upTo last: Int64, _ state: inout State) throws(WebFailure) {
        guard state.facts.hasRanges, let size = state.facts.size else { return try readOn(to: number, &state) }
        if number != state.next { state.run = 0 }
        // A look-up reads little at a place. Who has read a megabyte goes on.
        let ahead = state.run < Self.shortRun ? 0 : min(state.run, Self.longestAhead)
        let wanted = min(max(last, number + ahead), number + Self.longestAhead, (size - 1) / Self.pageSize)
        var end = number
        while end < wanted, state.pages[end + 1] == nil { end += 1 }
        // A transfer that breaks off goes on where it was.
        var begin = number
        try attempt(&state) { state, connection throws(WebFailure) in
            let first = begin * Self.pageSize
            let last = min((end + 1) * Self.pageSize, size) - 1
            let answer = try connection.ask(address, from: first, through: last)
            if answer.status == 416 { throw Self.changed("it is shorter now") }
            if let failure = WebFailure(answer) { throw failure }
            guard answer.status == 206, let range = answer.contentRange, range.first == first else {
                throw WebFailure(
                    .withoutRanges, "the server does not give the part of the file that it is asked for",
                    remedy: "download the file first")
            }
            guard range.size == size, answer.validator == state.facts.validator else {
                throw Self.changed("it is another file now")
            }
            do throws(WebFailure) {
                begin = try receive(begin, from: connection, &state)
            } catch {
                while begin <= end, state.pages[begin] != nil { begin += 1 }
                throw error
            }
            guard begin > end else {
                throw WebFailure(.passing(pause: nil), "the server broke off", remedy: "try again later")
            }
        }
        state.next = end + 1
        state.run += end + 1 - number
    }

    private static func changed(_ what: String) -> WebFailure {
        WebFailure(.changed, "changed while it was read: \(what)", remedy: "read it again from its start")
    }

    /// Takes the rest of an answer, which begins with a page.
    /// - Returns: the number of the page behind the last one.
    private func receive(
        _ first: Int64, from connection: WebConnection, _ state: inout State
    ) throws(WebFailure) -> Int64 {
        var number = first
        var page: [UInt8] = []
        func keepFullPages(_ state: inout State) {
            while page.count >= Self.pageSize {
                state.keep(number, Array(page.prefix(Int(Self.pageSize))))
                page.removeFirst(Int(Self.pageSize))
                number += 1
            }
        }
        while let bytes = try connection.next() {
            state.transferred += Int64(bytes.count)
            page += bytes
            keepFullPages(&state)
        }
        // Only the last page of a file is shorter.
        if !page.isEmpty, number * Self.pageSize + Int64(page.count) == state.facts.size {
            state.keep(number, page)
            number += 1
        }
        return number
    }

    /// Reads a file that only comes as a whole on, up to a page.
    private func readOn(to number: Int64, _ state: inout State) throws(WebFailure) {
        guard let connection = state.connection, state.position / Self.pageSize <= number else {
            throw WebFailure(
                .withoutRanges, "the server does not give parts of files, so it can only be read from its start",
                remedy: "download the file first")
        }
        while state.pages[number] == nil, !state.isAtEnd {
            let bytes: [UInt8]?
            do throws(WebFailure) { bytes = try connection.next() } catch {
                throw WebFailure(
                    .other, "\(error.message), and the server does not give parts of files",
                    remedy: "download the file first")
            }
            state.isAtEnd = bytes == nil
            state.transferred += Int64(bytes?.count ?? 0)
            state.rest += bytes ?? []
            while state.rest.count >= Self.pageSize || state.isAtEnd && !state.rest.isEmpty {
                state.keep(state.position / Self.pageSize, Array(state.rest.prefix(Int(Self.pageSize))))
                let count = min(state.rest.count, Int(Self.pageSize))
                state.rest.removeFirst(count)
                state.position += Int64(count)
            }
        }
        if state.isAtEnd, let size = state.facts.size, state.position < size {
            throw WebFailure(.other, "the server broke off", remedy: "download the file first")
        }
    }
}
