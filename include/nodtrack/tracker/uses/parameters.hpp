#pragma once

#include <string>
#include <utility>
#include <vector>

#include "nodtrack/domain/vocabulary.hpp"
#include "nodtrack/tracker/uses/use_case.hpp"

namespace nodtrack::uses {

// Parameters in one line each. `option` as in Parameter: empty is `--name`; `value` is what `--help` calls the value.

inline Parameter text(std::string name, std::string help, std::string option = {}, std::string value = {})
{
    Parameter parameter;
    parameter.name = std::move(name);
    parameter.help = std::move(help);
    parameter.option = std::move(option);
    parameter.value = std::move(value);
    return parameter;
}

inline Parameter of_type(Type type, Parameter parameter)
{
    parameter.type = type;
    return parameter;
}

inline Parameter date(std::string name, std::string help, std::string option = {})
{
    return of_type(Type::date, text(std::move(name), std::move(help), std::move(option), "DATE"));
}

inline Parameter names(std::string name, std::string help, std::string option = {}, std::string value = {})
{
    return of_type(Type::names, text(std::move(name), std::move(help), std::move(option), std::move(value)));
}

inline Parameter flag(std::string name, std::string help)
{
    return of_type(Type::yes, text(std::move(name), std::move(help)));
}

template <class Words>
std::vector<std::string> texts_of(const Words& words)
{
    return {std::begin(words), std::end(words)};
}

template <class Enumeration>
std::vector<std::string> words_of()
{
    return texts_of(Vocabulary<Enumeration>::words);
}

inline Parameter word(std::string name, std::string help, std::vector<std::string> words, std::string option = {},
                      std::string value = {})
{
    Parameter parameter = text(std::move(name), std::move(help), std::move(option), std::move(value));
    parameter.words = std::move(words);
    return parameter;
}

/// It is for the command line, or the service, alone.
inline Parameter typed(Parameter parameter)
{
    parameter.at = Given::command_line;
    return parameter;
}
inline Parameter sent(Parameter parameter)
{
    parameter.at = Given::service;
    return parameter;
}

inline Parameter required(Parameter parameter, Given where = Given::everywhere)
{
    parameter.required = where;
    return parameter;
}

inline Parameter repeated(Parameter parameter)
{
    parameter.repeated = true;
    return parameter;
}

inline Parameter json_switch(std::string help)
{
    return typed(flag("json", std::move(help)));
}

}  // namespace nodtrack::uses
