/// Hands values from one task to another, in order, and holds back the first if the second is slow.
actor BoundedQueue<Element: Sendable> {
    private let limit: Int
    private var elements: [Element] = []
    private var end: Result<Void, BzError>?
    private var isClosed = false
    private var receiver: CheckedContinuation<Void, Never>?
    private var sender: CheckedContinuation<Void, Never>?

    /// - Parameter limit: How many values may wait.
    init(limit: Int) { self.limit = max(1, limit) }

    /// Waits for room and adds a value.
    /// - Returns: false if nobody wants more.
    func send(_ element: Element) async -> Bool {
        while !isClosed, elements.count >= limit { await withCheckedContinuation { sender = $0 } }
        guard !isClosed else { return false }
        elements.append(element)
        wake(&receiver)
        return true
    }

    /// Ends the values, with an error if there was one.
    func finish(_ end: Result<Void, BzError>) {
        self.end = end
        wake(&receiver)
    }

    /// Waits for the next value.
    /// - Returns: nil at the end.
    /// - Throws: the error with which the values ended.
    func next() async throws(BzError) -> Element? {
        while elements.isEmpty, end == nil { await withCheckedContinuation { receiver = $0 } }
        guard !elements.isEmpty else {
            try end?.get()
            return nil
        }
        defer { wake(&sender) }
        return elements.removeFirst()
    }

    /// Says that nobody wants more.
    func close() {
        isClosed = true
        elements = []
        wake(&sender)
    }

    private func wake(_ waiting: inout CheckedContinuation<Void, Never>?) {
        waiting?.resume()
        waiting = nil
    }
}
