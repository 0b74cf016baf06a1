import Synchronization

/// Objects that tasks use by turns, so that their working memory is got once.
///
/// Sendable although the objects are not: an object is either in the list, which the lock guards, or in the hands of the
/// one caller that took it out.
final class ObjectPool<Object: AnyObject>: @unchecked Sendable {
    private let lock = Mutex<Void>(())
    private var objects: [Object] = []
    private let make: @Sendable () -> Object

    init(_ make: @escaping @Sendable () -> Object) { self.make = make }

    /// An object for the caller alone, until it gives it back.
    func take() -> Object { lock.withLock { _ in objects.popLast() } ?? make() }

    func give(_ object: Object) { lock.withLock { _ in objects.append(object) } }
}
