using OrderSample.Api;
using OrderSample.Demo;

// Without arguments the demonstration; with any, such as "serve", the API.
return args.Length == 0 ? await Demonstration.RunAsync() : await OrderApi.RunAsync(args);
