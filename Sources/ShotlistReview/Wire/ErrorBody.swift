import Foundation
internal import HTTPTypes
internal import Hummingbird
import ShotlistCore

/// An error as the page gets it: `{"error": {"code", "message", "remedy"}}`.
struct ErrorBody: Encodable {
    private let error: Words

    /// Its words.
    struct Words: Encodable {
        let code: String
        let message: String
        let remedy: String

        init(_ error: ShotlistError) {
            code = error.code.rawValue
            message = error.message
            remedy = error.remedy
        }
    }

    init(_ error: ShotlistError) {
        self.error = Words(error)
    }

    /// The answer to a request that ended in an error.
    static func response(to error: any Error) throws -> Response {
        switch error {
        case let refusal as Refusal:
            return try JSONBody.response(ErrorBody(refusal.error), status: refusal.status)
        case let error as ShotlistError:
            return try JSONBody.response(ErrorBody(error), status: status(of: error.code))
        case let error as any HTTPResponseError:
            let words = ShotlistError(.invalidArgument, message(of: error.status))
            return try JSONBody.response(ErrorBody(words), status: error.status)
        case is CancellationError:
            throw error
        default:
            // What it says may name files of this machine.
            let words = ShotlistError(
                .internalFailure, "The review could not answer.", remedy: "Try again; please report it if it stays.")
            return try JSONBody.response(ErrorBody(words), status: .internalServerError)
        }
    }

    private static func status(of code: ShotlistError.Code) -> HTTPResponse.Status {
        switch code {
        case .conflict: .conflict
        case .invalidArgument, .filterInvalid: .badRequest
        case .unreadable, .outputInvalid: .notFound
        default: .internalServerError
        }
    }

    private static func message(of status: HTTPResponse.Status) -> String {
        switch status {
        case .notFound: "There is nothing at this address."
        case .contentTooLarge: "The request is too large."
        default: "The request cannot be understood."
        }
    }
}
